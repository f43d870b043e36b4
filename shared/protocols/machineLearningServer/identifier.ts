const pattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Words that Python does not take as a name, and the name under which a method has its object. */
const taken = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield self'
  ).split(' '),
);

/** Whether clients can make a method or an argument of the name: the Python one does so by reading it as code. */
export function isIdentifier(name: string): boolean {
  return pattern.test(name) && !taken.has(name);
}

/** What `isIdentifier` asks for, in words. */
export const identifierRule = 'must be a name of letters, digits and underscores that Python has no use for';
