/** Headers that prove who calls. */
export type Proof = Readonly<Record<string, string>>;

/** Proves to the server who calls. */
export interface Credentials {
  /** For the next request. */
  headers(signal: AbortSignal): Promise<Proof>;
  /** For another try after a 401 to a request with `used`; undefined: there is nothing else to try. */
  renew(used: Proof, signal: AbortSignal): Promise<Proof | undefined>;
}

/** Gives an access token; asked before every request, and once more after a 401. */
export type TokenProvider = () => string | Promise<string>;

/** For a server with access off, and for the login itself. */
export const noCredentials: Credentials = {
  headers: () => Promise.resolve({}),
  renew: () => Promise.resolve(undefined),
};

/** The header of an access token. */
export const bearer = (token: string): Proof => ({
  authorization: `Bearer ${token}`,
});

/** Headers that never change. */
export function fixedCredentials(headers: Proof): Credentials {
  return { headers: () => Promise.resolve(headers), renew: () => Promise.resolve(undefined) };
}

/** Tokens that somebody else sees to, such as a library for Entra ID. */
export function providedCredentials(provider: TokenProvider): Credentials {
  const headers = async () => bearer(await provider());
  return {
    headers,
    renew: async (used) => {
      const other = await headers();
      return other.authorization === used.authorization ? undefined : other;
    },
  };
}
