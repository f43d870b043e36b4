/** What a caller may do, as in Machine Learning Server (contracts/machine-learning-server.md 1.2). */
export const roles = ['Owner', 'Contributor', 'Reader'] as const;

export type Role = (typeof roles)[number];

/** Who calls. */
export interface Principal {
  readonly name: string;
  readonly role: Role;
  /** Models that the caller is bound to; undefined: all. */
  readonly services?: readonly string[];
  /** The login that his token comes from; undefined: of none that is kept. */
  readonly login?: string;
}

/** Who calls where access is off: everybody is the same, and may do everything. */
export const localPrincipal: Principal = { name: 'local', role: 'Owner' };

/** Who calls a route that asks nobody. */
export const nobody: Principal = { name: 'nobody', role: 'Reader', services: [] };
