import { ScoringError } from '../errors/scoringError.js';
import { shownName } from '../errors/shownName.js';
import { localPrincipal, type Principal, type Role } from './principal.js';

/** What a route asks of its caller; `anonymous` is for health and login alone. */
export type Permission = 'anonymous' | 'score' | 'batch' | 'model' | 'admin';

/**
 * How callers are checked. `off` exists for the local host alone, which passes it in after binding to loopback; it is
 * never read from the environment (design, section 8).
 */
export type AccessMode = 'off' | 'required';

const allowed: Readonly<Record<Role, readonly Permission[]>> = {
  Reader: ['anonymous', 'score', 'batch'],
  Contributor: ['anonymous', 'score', 'batch', 'model'],
  Owner: ['anonymous', 'score', 'batch', 'model', 'admin'],
};

/**
 * Throws SCORE_ERR_ACCESS_FORBIDDEN unless the caller's role may use a route with this permission. Who is bound to models
 * administers nothing: he could make himself a key that is not.
 */
export function requirePermission({ role, services }: Principal, permission: Permission): void {
  if (!allowed[role].includes(permission)) throw forbidden(`this route is not open to the role ${role}`);
  if (permission === 'admin' && services) throw forbidden('this route is not open to keys of some models');
}

/** Whether the caller may call this model. */
export function mayUseService({ services }: Principal, name: string): boolean {
  return services === undefined || services.includes(name);
}

/** Throws SCORE_ERR_ACCESS_FORBIDDEN when the caller is bound to other models than these. */
export function requireServices(caller: Principal, ...named: readonly { readonly name: string }[]): void {
  const refused = named.find(({ name }) => !mayUseService(caller, name));
  if (refused) throw forbidden(`this key is not for the model '${shownName(refused.name)}'`);
}

/** Owner of the jobs that nobody asked for by name, such as those of files put into storage: all who hold this role. */
export const contributorRole = 'Contributor';

/**
 * Whose jobs a caller sees: the own ones, and those of the role Contributor for who holds it; an Owner sees all. Who is
 * bound to models sees the own ones alone.
 */
export function ownersSeenBy({ name, role, services }: Principal): readonly string[] | 'all' {
  if (services) return [name];
  if (role === 'Owner' && name !== localPrincipal.name) return 'all';
  return role === 'Reader' ? [name] : [name, contributorRole];
}

/** Whether what belongs to `owner` is there for a caller. */
export function isSeen(owners: readonly string[] | 'all', owner: string): boolean {
  return owners === 'all' || owners.includes(owner);
}

const forbidden = (message: string) => new ScoringError('SCORE_ERR_ACCESS_FORBIDDEN', message);
