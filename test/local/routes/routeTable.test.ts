import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RouteTable, type Routed } from '../../../local/routes/routeTable.js';

const routed = (name: string, route: string | undefined, ...methods: string[]): Routed => ({
  name,
  route,
  methods,
});
const find = (routes: readonly Routed[], path: string, method = 'GET', prefix = ''): string | undefined =>
  new RouteTable(routes, prefix).find(method, path)?.target.name;

test('routes are tried in the order of the function names, whatever was registered first', () => {
  const literal = 'r/fixed';
  const parameter = 'r/{x}';
  assert.equal(find([routed('b', literal, 'GET'), routed('A', parameter, 'GET')], '/r/fixed'), 'A');
  assert.equal(find([routed('B', parameter, 'GET'), routed('a', literal, 'GET')], '/r/fixed'), 'a');
  assert.equal(find([routed('c', 'r/{x:int}', 'GET'), routed('b', parameter, 'GET')], '/r/1'), 'b');
  assert.equal(find([routed('a', 'r/{x:int}', 'GET'), routed('b', literal, 'GET')], '/r/fixed'), 'b');
});

test('a route is found by its method, and unknown methods find nothing', () => {
  const routes = [routed('reads', 'r', 'get'), routed('writes', 'r', 'POST', 'PUT')];
  assert.equal(find(routes, '/R/', 'GET'), 'reads');
  assert.equal(find(routes, '/r', 'PUT'), 'writes');
  assert.equal(find(routes, '/r', 'HEAD'), undefined);
  assert.equal(find(routes, '/r', 'CONSTRUCTOR'), undefined);
});

test('the prefix goes before every route, and the name stands in for a route', () => {
  const routes = [
    routed('nameOnly', undefined, 'GET'),
    routed('empty', '', 'GET'),
    routed('root', '/', 'GET'),
  ];
  assert.equal(find(routes, '/api/nameonly', 'GET', 'api'), 'nameOnly');
  assert.equal(find(routes, '/api/empty', 'GET', '/api/'), 'empty');
  assert.equal(find(routes, '/nameonly', 'GET', 'api'), undefined);
  assert.equal(find(routes, '/', 'GET'), 'root');
});

test('the host refuses reserved routes, clashes, bad names and bad templates, and serves the rest', () => {
  const table = new RouteTable(
    [
      routed('one', 'r/clash', 'GET', 'POST'),
      routed('two', 'R/Clash/', 'POST', 'PUT'),
      routed('admins', 'administrators', 'GET'),
      routed('runs', 'Runtime/x', 'GET'),
      routed('9', 'r/nine', 'GET'),
      routed('broken', 'r/{x', 'GET'),
      routed('host', 'r/host', 'GET'),
      routed('fine', 'r/fine', 'GET'),
    ],
    '',
  );
  assert.deepEqual(table.served.map(({ name }) => name).sort(), ['fine', 'one']);
  assert.equal(table.refused.length, 6);
  assert.equal(table.find('PUT', '/r/clash'), undefined);
  assert.equal(table.find('POST', '/r/clash')?.target.name, 'one');
});
