import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LevelledLog, StderrLog, type LogLevel } from '../../local/log.js';

test('no text can pass for another entry or steer the terminal', (t) => {
  const text = 'a\tb\nc\r\nd\re\x1b[2Jf\x00g\x7fh\x9bi\x0b';
  const write = t.mock.method(process.stderr, 'write', () => true);
  new StderrLog().log('warning', 'user', text, 'score', '12345678-0000');
  write.mock.restore();
  const lines = write.mock.calls
    .map(({ arguments: [line] }) => String(line))
    .join('')
    .split('\n');
  assert.match(lines[0] ?? '', /^\d\d:\d\d:\d\d\.\d{3} warning {5}\[score 12345678\] a\tb$/);
  assert.deepEqual(lines.slice(1), ['    c', '    d\\x0de\\x1b[2Jf\\x00g\\x7fh\\x9bi\\x0b', '']);
});

/** The first level of a category that passes. */
function leastOf(levels: Readonly<Record<string, LogLevel>>, category: string): LogLevel | undefined {
  const passed: LogLevel[] = [];
  const log = new LevelledLog({ log: (level) => passed.push(level) }, new Map(Object.entries(levels)));
  for (const level of ['none', 'trace', 'debug', 'information', 'warning', 'error', 'critical'] as const)
    log.log(level, category, 'text');
  return passed[0];
}

test('the level of the longest name that a category begins with counts', () => {
  const levels = {
    default: 'error',
    host: 'warning',
    'host.triggers': 'trace',
    function: 'none',
    'function.score.user': 'debug',
  } as const;
  assert.equal(leastOf(levels, 'Worker'), 'error');
  assert.equal(leastOf(levels, 'Host.Http'), 'warning');
  assert.equal(leastOf(levels, 'Host.Triggers.DurableTask'), 'trace');
  assert.equal(leastOf(levels, 'Function.score'), undefined);
  assert.equal(leastOf(levels, 'Function.score.User'), 'debug');
});

test('information and above is logged when nothing is said', () => {
  assert.equal(leastOf({}, 'Host'), 'information');
});
