/** A name that a caller sent, for messages: lone surrogates replaced, long ones cut. */
export function shownName(name: string): string {
  return name.slice(0, 100).toWellFormed();
}
