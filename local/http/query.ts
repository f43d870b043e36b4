import { percentDecode } from './percentDecode.js';
import { NameMap } from './nameMap.js';

/**
 * The query as the function sees it in plain mode: values of one name are joined with a comma, names that
 * differ in letter case are one name in its last spelling (functions-host.md 1.8).
 */
export function parseQuery(query: string): Record<string, string> {
  const names: string[] = [];
  const values: string[] = [];
  const position = new Map<string, number>();
  for (const pair of query.slice(1).split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = unescape(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : unescape(pair.slice(equals + 1));
    const key = name.toUpperCase();
    const known = position.get(key);
    if (known === undefined) {
      position.set(key, names.push(name) - 1);
      values.push(value);
    } else {
      names[known] = name;
      values[known] = `${values[known] ?? ''},${value}`;
    }
  }
  const map = new NameMap();
  names.forEach((name, index) => {
    map[name] = values[index] ?? '';
  });
  return map;
}

function unescape(text: string): string {
  return percentDecode(text.includes('+') ? text.replaceAll('+', ' ') : text, false);
}
