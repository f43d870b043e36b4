import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { launch, projectRoot, temporaryFolder, toolUrl, type Launched } from './support.js';

/** Stands for the serving process: answers over HTTP and speaks with the launcher as the real one does. */
export const stubServer = `
const { createServer } = require('node:http');
const { text } = require('../functions/app.js');
const options = JSON.parse(process.argv[2]);
const server = createServer((request, response) => response.end(text));
server.listen(options.port, '127.0.0.1', () => {
  const { port } = server.address();
  process.send({ type: 'ready', port });
  console.log('arguments ' + process.argv.slice(2).join(' '));
  console.log('serving ' + text + ' pid ' + process.pid + ' port ' + port + ' storage ' + process.env.AzureWebJobsStorage);
});
process.on('message', () => {
  console.log('the serving process ends');
  process.exit(0);
});
process.on('disconnect', () => process.exit(0));`;

/** A project that is built, with a stub for the host and the installed packages of this one. */
export function stubProject(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const root = temporaryFolder(t, {
    'dist/local/main.js': stubServer,
    'dist/functions/app.js': `exports.text = 'one';`,
    ...files,
  });
  symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'), 'dir');
  return root;
}

/** `npm start` in another project, on any free port. */
export function startIn(t: TestContext, root: string, data: string, ...args: readonly string[]): Launched {
  const start = ['start', '--port', '0', '--data', data, ...args];
  const driver = `
    const { main } = await import(${JSON.stringify(toolUrl('commands'))});
    process.exitCode = await main(${JSON.stringify(start)}, ${JSON.stringify(root)});`;
  return launch(t, ['--input-type=module', '-e', driver]);
}
