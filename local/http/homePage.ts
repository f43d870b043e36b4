/** The page at `/` while no function may have that route (functions-host.md 2.2). */
export const HOME_PAGE = Buffer.from(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>The function app is running</title>
<style>body { font-family: system-ui, sans-serif; margin: 4rem auto; max-width: 40rem; line-height: 1.5 }</style>
</head>
<body>
<h1>The function app is running</h1>
<p>This is the home page of the local host. Set <code>AzureWebJobsDisableHomepage=true</code> to give <code>/</code> to a function.</p>
</body>
</html>
`);
