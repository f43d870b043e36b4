/** What a service answered to one record. */
export class ServiceResponse {
  /** Whether the service gave its outputs. */
  readonly success: boolean;
  /** Why it did not; empty when it did, and for an item of a batch that has not been done yet. */
  readonly error: string;
  readonly consoleOutput: string;
  /** By name. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Files by name, base64; null for one that was not made. */
  readonly artifacts: Readonly<Record<string, string | null>>;

  /** Takes the answer as it came; what is missing in it is empty. */
  constructor(answer: unknown) {
    const members = objectOf(answer);
    this.success = members.success === true;
    this.error = typeof members.errorMessage === 'string' ? members.errorMessage : '';
    this.consoleOutput = typeof members.consoleOutput === 'string' ? members.consoleOutput : '';
    this.outputs = objectOf(members.outputParameters);
    this.artifacts = objectOf(members.outputFiles) as Record<string, string | null>;
  }

  /** The value of an output; undefined where there is none. */
  output(name: string): unknown {
    return Object.hasOwn(this.outputs, name) ? this.outputs[name] : undefined;
  }

  /** The bytes of a file, or its base64 text with `decode: false`; undefined where there is none. */
  artifact(name: string, options: { readonly decode: false }): string | undefined;
  artifact(name: string, options?: { readonly decode?: true }): Uint8Array | undefined;
  artifact(
    name: string,
    { decode = true }: { readonly decode?: boolean } = {},
  ): string | Uint8Array | undefined {
    const text = Object.hasOwn(this.artifacts, name) ? (this.artifacts[name] ?? undefined) : undefined;
    return text === undefined || !decode ? text : bytesOfBase64(text);
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function bytesOfBase64(text: string): Uint8Array {
  const latin1 = atob(text);
  const bytes = new Uint8Array(latin1.length);
  for (let i = 0; i < latin1.length; i++) bytes[i] = latin1.charCodeAt(i);
  return bytes;
}
