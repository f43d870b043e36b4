#!/usr/bin/env node
// The entry point of every npm script. It is parsed by whatever Node the caller has, so it only looks at the
// version and loads the rest afterwards: an old Node then gets a sentence instead of a syntax error.
const major = Number(process.versions.node.split('.')[0]);

if (major < 20) {
  console.error(
    `Warmstart needs Node 20 or newer; this is ${process.version}: https://nodejs.org/en/download`,
  );
  process.exitCode = 1;
} else {
  const { main } = await import('./launcher/commands.mjs');
  process.exitCode = await main(process.argv.slice(2));
}
