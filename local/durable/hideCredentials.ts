// The names that the real host takes for the beginning of a secret (functions-host.md 1.5).
const SECRET =
  /(?:Token=|DefaultEndpointsProtocol=http|AccountKey=|Data Source=|Server=|Password=|pwd=|[?&]sig=|SharedAccessKey=|[?&]code=|key=)[^<"']*/gi;

/** A text without what looks like a secret, cleaned as the real host does it: up to the next quote or `<`. */
export function hideCredentials(text: string): string {
  return text.replaceAll(SECRET, '[Hidden Credential]');
}
