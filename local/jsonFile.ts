import { readFileSync } from 'node:fs';
import { HostFault } from './hostFault.js';

/** What a JSON file holds; undefined when there is none. A fault names the file and quotes nothing, as it may hold secrets. */
export function readJsonFile(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new HostFault(`${file} cannot be read: ${message}`);
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const [place = ''] = / \(line \d+ column \d+\)/.exec(String(error)) ?? [];
    throw new HostFault(`${file} is not valid JSON${place}; comments are not allowed`);
  }
}
