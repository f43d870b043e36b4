const longest = 400;

/**
 * A message of ONNX Runtime for callers: without file paths of the build and of this machine, without line breaks, not
 * longer than 400 characters.
 */
export function ortMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const clean = text
    .slice(0, 4000)
    .replace(/(?:[A-Za-z]:)?[\\/][^\s'":]*/g, '')
    .replace(/\b\S*onnxruntime::\S*|\b\w+\.(?:cc|h):\d+\S*/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return clean.length > longest ? `${clean.slice(0, longest)}...` : clean;
}
