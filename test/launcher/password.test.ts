import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { verifyPassword } from '../../shared/auth/login/passwordHash.js';
import { parseUserSetting } from '../../shared/auth/users/userSetting.js';
import { builtRoot } from '../support/project.js';
import { importTool } from './support.js';

const tool = importTool('password') as Promise<{
  entryOf: (args: readonly string[], builtDir: string, read: () => Promise<string>) => Promise<string>;
  readPassword: (stdin: Readable) => Promise<string>;
}>;

const given = (text: string) => () => Promise.resolve(text);

test('the entry is one that the setting takes, with the password that was read', async () => {
  const { entryOf } = await tool;
  const [user] = parseUserSetting(await entryOf(['anna', 'Owner'], builtRoot, given('correct horse')));
  assert.deepEqual([user?.name, user?.role], ['anna', 'Owner']);
  assert.equal(await verifyPassword('correct horse', user?.passwordHash ?? ''), true);
});

test('what cannot be a user is told before the password is asked for', async () => {
  const { entryOf } = await tool;
  const never = (): Promise<string> => assert.fail('asked for a password');
  await assert.rejects(entryOf(['a,b', 'Owner'], builtRoot, never), /the name must be .*; usage:/);
  await assert.rejects(entryOf(['anna', 'King'], builtRoot, never), /there is no role King; usage:/);
  await assert.rejects(entryOf(['anna', 'Owner'], builtRoot, given('short')), /less than 8 characters/);
});

test('the password is the first line of the input', async () => {
  const { readPassword } = await tool;
  assert.equal(await readPassword(Readable.from(['correct horse\nmore\n'])), 'correct horse');
  assert.equal(await readPassword(Readable.from(['no line end'])), 'no line end');
  assert.equal(await readPassword(Readable.from([])), '');
});
