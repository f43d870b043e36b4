import { matchRoute, type RouteValues } from './matchRoute.js';
import { asciiLower, parseTemplate, type Segment } from './template.js';

/** A function with its route; no methods given means every method. */
export interface Routed {
  readonly name: string;
  readonly methods: readonly string[];
  readonly route: string | undefined;
}

interface RefusedRoute {
  readonly name: string;
  readonly reason: string;
}

interface CompiledRoute<T> {
  readonly order: number;
  readonly target: T;
  readonly segments: readonly Segment[];
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
  readonly refused: RefusedRoute[] = [];
  readonly served: T[] = [];
  readonly #byMethod = new Map<string, MethodRoutes<T>>();

  constructor(targets: readonly T[], routePrefix: string) {
    const taken = new Map<string, T>();
    for (const target of [...targets].sort(byFunctionName)) {
      try {
        checkClash(target, taken);
        this.#add(target, parseTemplate(fullTemplate(routePrefix, target)));
      } catch (error) {
        this.refused.push({
          name: target.name,
          reason: error instanceof Error ? error.message : String(error),
        });
      }
    }
  }

  /** The first function in order whose template and methods fit a decoded path. */
  find(method: string, path: string): RouteMatch<T> | undefined {
    const routes = this.#byMethod.get(method);
    if (routes === undefined) return undefined;
    const lower = asciiLower(path);
    const literal = routes.literal.get(lower.length > 1 && lower.endsWith('/') ? lower.slice(0, -1) : lower);
    for (const route of routes.patterns) {
      if (literal !== undefined && literal.order < route.order) break;
      const params = matchRoute(route.segments, path, lower);
      if (params !== undefined) return { target: route.target, params };
    }
    return literal === undefined ? undefined : { target: literal.target, params: NO_PARAMS };
  }

  #add(target: T, segments: readonly Segment[]): void {
    const route = { order: this.served.length, target, segments };
    this.served.push(target);
    const plain = segments.every((parts) => parts.length === 1 && parts[0].kind === 'literal');
    const path = `/${segments.map(([part]) => (part.kind === 'literal' ? part.lower : '')).join('/')}`;
    for (const method of methodsOf(target)) {
      const routes: MethodRoutes<T> = this.#byMethod.get(method) ?? { literal: new Map(), patterns: [] };
      this.#byMethod.set(method, routes);
      if (!plain) routes.patterns.push(route);
      else if (!routes.literal.has(path)) routes.literal.set(path, route);
    }
  }
}

/** Throws why the host refuses a function when it reads the app; `taken` remembers its routes. */
function checkClash<T extends Routed>(target: T, taken: Map<string, T>): void {
  const { name } = target;
  if (!FUNCTION_NAME.test(name) || name.toLowerCase() === 'host') throw new Error('the name is not valid');
  const bare = fullTemplate('', target)
    .toLowerCase()
    .replaceAll(/^\/+|\/+$/g, '');
  // A plain prefix test, so `administrators` is refused too.
  if (/^(?:admin|runtime)/.test(bare)) throw new Error('the route begins with "admin" or "runtime"');
  const keys = methodsOf(target).map((method) => `${method} ${bare}`);
  const other = keys.map((key) => taken.get(key)).find((one) => one !== undefined);
  if (other !== undefined) throw new Error(`the route and a method are those of function "${other.name}"`);
  for (const key of keys) taken.set(key, target);
}

function methodsOf({ methods }: Routed): readonly string[] {
  return methods.length === 0 ? EVERY_METHOD : methods.map((method) => method.toUpperCase());
}
