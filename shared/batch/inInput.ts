/** The message of a fault with the name of the input that it is about, which a job may have many of. */
export function inInput(name: string, message: string): string {
  return message.startsWith("input '") ? message : `input '${name}': ${message}`;
}
