import { matchRoute, type RouteValues } from './matchRoute.js';
import { asciiLower, parseTemplate, type Segment } from './template.js';

/** A function with its route; no methods given means every method. */
export interface Routed {
  readonly name: string;
  readonly methods: readonly string[];
  readonly route: string | undefined;
}

export interface RefusedRoute<T extends Routed> {
  readonly target: T;
  readonly reason: string;
}

interface CompiledRoute<T> {
  readonly order: number;
  readonly target: T;
  readonly segments: readonly Segment[];
  readonly fewest: number;
  readonly most: number;
}

/** Routes that serve one method: templates without parameters by their path, all others in order. */
interface MethodRoutes<T> {
  readonly literal: Map<string, CompiledRoute<T>>;
  readonly patterns: CompiledRoute<T>[];
}

export interface RouteMatch<T> {
  readonly target: T;
  readonly params: RouteValues;
}

const NO_PARAMS: RouteValues = Object.freeze({});
const FUNCTION_NAME = /^[a-z][a-z0-9_-]{0,127}$/i;
const EVERY_METHOD = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE'];

/** Function names by letter without regard to case, as the host sorts them. */
export function byFunctionName(a: { readonly name: string }, b: { readonly name: string }): number {
  const [left, right] = [a.name.toUpperCase(), b.name.toUpperCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The template a function is served under: prefix and route, or its name where no route is given. */
export function fullTemplate(routePrefix: string, { name, route }: Routed): string {
  const own = (route === undefined || route === '' ? name : route).replace(/^\//, '');
  const prefix = routePrefix.replaceAll(/^\/+|\/+$/g, '');
  return prefix === '' ? own : `${prefix}/${own}`;
}

/** All routes of an app, tried in the order of the function names (functions-host.md 2.1). */
export class RouteTable<T extends Routed> {
  readonly refused: RefusedRoute<T>[] = [];
  readonly served: T[] = [];
  readonly #byMethod = new Map<string, MethodRoutes<T>>();

  constructor(targets: readonly T[], routePrefix: string) {
    const taken = new Map<string, T>();
    for (const target of [...targets].sort(byFunctionName)) {
      const reason = clash(target, taken);
      if (reason !== undefined) {
        this.refused.push({ target, reason });
        continue;
      }
      try {
        this.#add(target, parseTemplate(fullTemplate(routePrefix, target)));
      } catch (error) {
        this.refused.push({ target, reason: error instanceof Error ? error.message : String(error) });
      }
    }
  }

  /** The first function in order whose template and methods fit a decoded path. */
  find(method: string, path: string): RouteMatch<T> | undefined {
    const routes = this.#byMethod.get(method);
    if (routes === undefined) return undefined;
    const lower = asciiLower(path);
    const literal = routes.literal.get(lower.length > 1 && lower.endsWith('/') ? lower.slice(0, -1) : lower);
    const count = segmentCount(path);
    for (const route of routes.patterns) {
      if (literal !== undefined && literal.order < route.order) break;
      if (count < route.fewest || count > route.most) continue;
      const params = matchRoute(route.segments, path, lower);
      if (params !== undefined) return { target: route.target, params };
    }
    return literal === undefined ? undefined : { target: literal.target, params: NO_PARAMS };
  }

  #add(target: T, segments: readonly Segment[]): void {
    const needed = segments.findLastIndex(([part], index) => {
      const simple = segments[index]?.length === 1 && part.kind === 'parameter';
      return !simple || !(part.optional || part.catchAll || part.defaultValue !== undefined);
    });
    const lastPart = segments.at(-1)?.[0];
    const open = lastPart?.kind === 'parameter' && lastPart.catchAll;
    const route = {
      order: this.served.length,
      target,
      segments,
      fewest: needed + 1,
      most: open ? Infinity : segments.length,
    };
    this.served.push(target);
    const plain = segments.every((parts) => parts.length === 1 && parts[0].kind === 'literal');
    const path = `/${segments.map(([part]) => (part.kind === 'literal' ? part.lower : '')).join('/')}`;
    for (const method of methodsOf(target)) {
      const routes = this.#methodRoutes(method);
      if (!plain) routes.patterns.push(route);
      else if (!routes.literal.has(path)) routes.literal.set(path, route);
    }
  }

  #methodRoutes(method: string): MethodRoutes<T> {
    const found = this.#byMethod.get(method);
    if (found !== undefined) return found;
    const made = { literal: new Map<string, CompiledRoute<T>>(), patterns: [] };
    this.#byMethod.set(method, made);
    return made;
  }
}

/** Why the host refuses a function when it reads the app, or undefined; `taken` remembers its routes. */
function clash<T extends Routed>(target: T, taken: Map<string, T>): string | undefined {
  if (!FUNCTION_NAME.test(target.name) || target.name.toLowerCase() === 'host')
    return 'the name is not valid';
  const route = (
    target.route === undefined || target.route === '' ? target.name : target.route
  ).toLowerCase();
  const bare = route.replaceAll(/^\/+|\/+$/g, '');
  // A plain prefix test, so `administrators` is refused too.
  if (bare.startsWith('admin') || bare.startsWith('runtime'))
    return `the route begins with "admin" or "runtime"`;
  const keys = methodsOf(target).map((method) => `${method} ${bare}`);
  for (const key of keys) {
    const other = taken.get(key);
    if (other !== undefined) return `the route and a method are those of function "${other.name}"`;
  }
  for (const key of keys) taken.set(key, target);
  return undefined;
}

function methodsOf({ methods }: Routed): readonly string[] {
  return methods.length === 0 ? EVERY_METHOD : methods.map((method) => method.toUpperCase());
}

function segmentCount(path: string): number {
  let count = 0;
  for (let at = 0; at >= 0 && at < path.length - 1; at = path.indexOf('/', at + 1)) count += 1;
  return count;
}
