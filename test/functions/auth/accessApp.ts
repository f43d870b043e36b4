import assert from 'node:assert/strict';
import { decoyHash, hashPassword } from '../../../shared/auth/login/passwordHash.js';
import type { AccessMode } from '../../../shared/auth/access.js';
import type { Role } from '../../../shared/auth/principal.js';
import { userEntry } from '../../../shared/auth/users/userSetting.js';
import { startAzurite } from '../../support/azurite.js';
import { BatchClock } from '../../support/batch.js';
import { jsonOf, send, type Answer, type Sent } from '../../support/http.js';
import { modelsDirWith } from '../../support/modelsDir.js';
import { startApp, type RunningApp } from '../../support/startApp.js';
import { liveChildren } from '../../support/startServices.js';
import type { CleanUp } from '../../support/temporaryDir.js';

/** The app with users: olga is an Owner, carl a Contributor, rita and rolf are Readers. */
export interface AccessApp extends RunningApp {
  readonly clock: BatchClock;
  /** Calls a path with a credential; '' without one. */
  call(credential: string, path: string, sent?: Sent): Promise<Answer>;
  logIn(name: string, given?: string): Promise<Tokens>;
}

export interface Tokens {
  readonly token_type: string;
  readonly access_token: string;
  readonly expires_in: number;
  readonly expires_on: number;
  readonly refresh_token: string;
}

/** Of every user. */
export const password = 'correct horse';

const people: Readonly<Record<string, Role>> = {
  olga: 'Owner',
  carl: 'Contributor',
  rita: 'Reader',
  rolf: 'Reader',
};

/** Serves the compiled function files, with storage of its own and a clock that the test moves. */
export async function startAccessApp(t: CleanUp, access: AccessMode): Promise<AccessApp> {
  const { connectionString, pid } = await startAzurite(t);
  // storage outlives the app, which waits for the processes that are its own
  for (const child of liveChildren) if (child.pid === pid) liveChildren.delete(child);
  const clock = new BatchClock();
  const passwordHash = access === 'off' ? decoyHash : await hashPassword(password);
  const users = Object.entries(people).map(([name, role]) => userEntry({ name, role, passwordHash }));
  const modelsDir = modelsDirWith(t, {
    'cars/1.0.0': { shipped: 'transmission/1.0.0' },
    'add/1.0.0': { fixture: 'add' },
  });
  const app = await startApp(
    t,
    modelsDir,
    { WARMSTART_STORAGE: connectionString, WARMSTART_USERS: users.join(',') },
    { access, clock },
  );
  const call = (credential: string, path: string, { headers, ...sent }: Sent = {}): Promise<Answer> => {
    const shown: Record<string, string> = credential === '' ? {} : { authorization: `Bearer ${credential}` };
    return send(`${app.url}${path}`, { ...sent, headers: { ...shown, ...headers } });
  };
  return {
    ...app,
    clock,
    call,
    async logIn(name, given = password) {
      return tokensOf(await call('', '/login', { body: { username: name, password: given } }));
    },
  };
}

/** The tokens of an answer that nobody may keep. */
export function tokensOf(answer: Answer): Tokens {
  const body = jsonOf(answer);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  return body as unknown as Tokens;
}

/** The code of an answer that is a fault with this status. */
export function codeOf(answer: Answer, status: number): string | null {
  assert.equal(answer.status, status, answer.text);
  return answer.headers.get('x-ms-error-code');
}
