import assert from 'node:assert/strict';

/** An element of a document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Text that stands in it, its children's left out. */
  text: string;
  readonly children: XmlElement[];
}

const token = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[A-Za-z][\w:-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;

/** Reads a document of elements, attributes and text alone; anything else, such as a comment or a bare `&`, fails. */
export function readXml(text: string): XmlElement {
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(text, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/u);
  const root: XmlElement = { name: '', attributes: {}, text: '', children: [] };
  const open = [root];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const found = token.exec(text);
    assert.ok(found, `not well-formed at ${text.slice(at, at + 60)}`);
    const [, closes, name = '', attributes = '', isEmpty, plain] = found;
    const parent = open.at(-1) as XmlElement;
    if (plain !== undefined) parent.text += unescaped(plain);
    else if (closes === '/') assert.equal(open.pop()?.name, name);
    else {
      const element = { name, attributes: attributesOf(attributes), text: '', children: [] };
      parent.children.push(element);
      if (isEmpty !== '/') open.push(element);
    }
  }
  assert.equal(open.length, 1, 'an element is left open');
  assert.equal(root.children.length, 1);
  assert.equal(root.text.trim(), '');
  return root.children[0] as XmlElement;
}

/** All elements of a name, in document order. */
export function elementsOf(root: XmlElement, name: string): XmlElement[] {
  const inside = root.children.flatMap((child) => elementsOf(child, name));
  return root.name === name ? [root, ...inside] : inside;
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(
    ([, key = '', value = '']) => [key, unescaped(value)] as const,
  );
  assert.equal(new Set(pairs.map(([key]) => key)).size, pairs.length);
  return Object.fromEntries(pairs);
}

const signs: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&([^;&\s]*);?/g, (all, name: string) => {
    assert.ok(all.endsWith(';') && Object.hasOwn(signs, name), `a bare ${all}`);
    return signs[name] as string;
  });
}
