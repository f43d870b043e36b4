/** Names of files that can lie beside a graph: one path segment, safe on every disk and in every URL. */
const fileNamePattern = /^[A-Za-z0-9_][A-Za-z0-9_. -]{0,199}$/;

/** Whether a published model may have a file of this name. */
export function isModelFile(name: string): boolean {
  return fileNamePattern.test(name) && !name.endsWith('.') && !name.endsWith(' ');
}

/** What `isModelFile` asks for, in words. */
export const modelFileRule =
  'must be 1 to 200 letters, digits, dots, dashes, underscores or blanks and begin with a letter, digit or underscore';
