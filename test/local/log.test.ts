import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { StderrLog, type LogLevel } from '../../local/log.js';

/** What one entry prints. */
function printed(t: { mock: TestContext['mock'] }, minimum: LogLevel, level: LogLevel, text: string): string {
  const write = t.mock.method(process.stderr, 'write', () => true);
  new StderrLog(minimum).log(level, 'user', text, 'score', '12345678-0000');
  write.mock.restore();
  return write.mock.calls.map(({ arguments: [line] }) => String(line)).join('');
}

test('no text can pass for another entry or steer the terminal', (t) => {
  const text = 'a\tb\nc\r\nd\re\x1b[2Jf\x00g\x7fh\x9bi\x0b';
  const lines = printed(t, 'trace', 'warning', text).split('\n');
  assert.match(lines[0] ?? '', /^\d\d:\d\d:\d\d\.\d{3} warning {5}\[score 12345678\] a\tb$/);
  assert.deepEqual(lines.slice(1), ['    c', '    d\\x0de\\x1b[2Jf\\x00g\\x7fh\\x9bi\\x0b', '']);
});

test('entries under the minimum and of level none are not printed', (t) => {
  assert.equal(printed(t, 'warning', 'information', 'x'), '');
  assert.notEqual(printed(t, 'warning', 'warning', 'x'), '');
  assert.equal(printed(t, 'trace', 'none', 'x'), '');
});
