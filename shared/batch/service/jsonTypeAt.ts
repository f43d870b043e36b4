import { jsonTypeOf } from '../../tensors/setElement.js';

/** The JSON type of the value that begins at an index, with its article, for messages. */
export function jsonTypeAt(bytes: Uint8Array, start: number): string {
  switch (String.fromCharCode(bytes[start] as number)) {
    case '[':
      return jsonTypeOf([]);
    case '{':
      return jsonTypeOf({});
    case '"':
      return jsonTypeOf('');
    case 't':
    case 'f':
      return jsonTypeOf(true);
    case 'n':
      return jsonTypeOf(null);
    default:
      return jsonTypeOf(0);
  }
}
