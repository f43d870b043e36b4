import { watchBlobs } from './watchBlobs.js';

// A host that tells of its calls and hangs in the second; it is killed by the test that has started it.

const [connectionString = '', receiptsFile = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const cleanUp = { after: () => undefined };
  const { triggers } = await watchBlobs(cleanUp, connectionString, {
    functions: { blob: { path: 'crash/{name}' } },
    handle: ({ metadata }) => {
      process.send?.(metadata.blobTrigger);
      return metadata.name === 'a-done' ? undefined : new Promise(() => undefined);
    },
    options: { receiptsFile, settings: { maxDegreeOfParallelism: 1, poisonBlobThreshold: 5 } },
  });
  await triggers.start();
}

void main();
