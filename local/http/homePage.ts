/** The page at `/` while no function may have that route (functions-host.md 2.2). */
export const HOME_PAGE = Buffer.from(`<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>The function app is running</title>
<h1>The function app is running</h1>
<p>Set <code>AzureWebJobsDisableHomepage=true</code> to give <code>/</code> to a function.</p></html>
`);
