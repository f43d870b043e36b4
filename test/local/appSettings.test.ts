import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingReader, withSettings } from '../../local/appSettings.js';

const read = settingReader({ Container: 'in', percent: '%Container%', empty: '', gone: undefined });
const replaced = (text: string): string => withSettings(text, read, 'function "f", path');

test('settings are put in the place of their names, in any letter case, once', () => {
  assert.equal(replaced('%CONTAINER%/{name}'), 'in/{name}');
  assert.equal(replaced('%container%-%Container%'), 'in-in');
  assert.equal(replaced('a%empty%b'), 'ab');
  assert.equal(replaced('%percent%'), '%Container%');
  assert.equal(replaced('0 * * * * *'), '0 * * * * *');
});

test('what cannot be replaced names the place and the setting', () => {
  for (const [text, message] of [
    ['%Other%/x', 'function "f", path: the app setting "Other" of "%Other%/x" is missing'],
    ['%gone%', 'function "f", path: the app setting "gone" of "%gone%" is missing'],
    ['%%', 'function "f", path: the app setting "" of "%%" is missing'],
    ['100%', 'function "f", path: "100%" has a "%" without a second one'],
  ] as const) {
    assert.throws(() => replaced(text), { name: 'HostFault', message });
  }
});
