/** The one way out for log lines. Texts carry no payloads, keys or signed links. */
export interface Log {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** Writes to the console, which the Functions worker and the local host both carry on. */
export const consoleLog: Log = {
  info: (text) => {
    console.info(text);
  },
  warn: (text) => {
    console.warn(text);
  },
  error: (text) => {
    console.error(text);
  },
};
