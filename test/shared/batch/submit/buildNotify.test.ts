import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildNotify } from '../../../../shared/batch/submit/buildNotify.js';
import { expectFault } from '../../../support/expectFault.js';

const hosts = [
  'a.example.com',
  'b.example.com:8443',
  'c.example.com:443',
  'localhost:9000',
  '127.0.0.1',
  '[::1]:80',
];

test('webhooks go to listed hosts, by https', () => {
  const urls = [
    'https://a.example.com/',
    'https://A.EXAMPLE.com:443/path?code=%20x#f',
    'https://b.example.com:8443/',
    'https://c.example.com/',
    'http://localhost:9000/hook',
    'https://localhost:9000/hook',
    'http://127.0.0.1/',
    'http://127.1/',
    'http://[::1]/',
  ];
  for (const webhook of urls) {
    assert.deepEqual(buildNotify({ webhook }, hosts), { webhook: new URL(webhook).href });
  }
});

test('other webhooks are refused, and the URL is not shown', () => {
  const urls = [
    '',
    'a.example.com',
    '/hook',
    'https://',
    'http://a.example.com/',
    'ftp://a.example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://a.example.com:8443/',
    'https://b.example.com/',
    'https://a.example.com./',
    'https://x.a.example.com/',
    'https://example.com/',
    'https://a.example.com.evil.test/',
    'https://a.example.com@evil.test/',
    'https://evil.test/https://a.example.com/',
    'https://evil.test#a.example.com',
    'https://evil.test\\@a.example.com/',
    'https://user@a.example.com/',
    'https://:secret@a.example.com/',
    'http://localhost/',
    'http://localhost:9001/',
    'http://127.0.0.1:8080/',
    'http://169.254.169.254/metadata',
    `https://a.example.com/${'x'.repeat(2000)}`,
    'https://a.example.com/\ud800',
  ];
  for (const webhook of urls) {
    const error = expectFault(() => buildNotify({ webhook }, hosts), {
      code: 'SCORE_ERR_JOB_OPTION',
      pointer: '/notify/webhook',
    });
    assert.ok(!error.message.includes('evil') && !error.message.includes('secret'), error.message);
  }
  expectFault(() => buildNotify({ webhook: 'https://a.example.com/' }, []), { code: 'SCORE_ERR_JOB_OPTION' });
});

test('queues have names that storage takes, and are none of the host', () => {
  for (const queue of ['abc', 'a-b-c', '007', 'x'.repeat(63), 'workitems', 'my-webjobs-queue']) {
    assert.deepEqual(buildNotify({ queue }, []), { queue });
  }
  const refused = ['', 'ab', 'x'.repeat(64), 'Done', 'a--b', '-abc', 'abc-', 'a_b', 'a.b', 'abc\n', '../x'];
  const ofHost = [
    'webjobs-blobtrigger-poison',
    'azure-webjobs-blobtrigger-host',
    'warmstart-workitems',
    'warmstart-control-00',
  ];
  for (const queue of [...refused, ...ofHost]) {
    expectFault(() => buildNotify({ queue }, []), { code: 'SCORE_ERR_JOB_OPTION', pointer: '/notify/queue' });
  }
});
