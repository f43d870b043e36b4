import assert from 'node:assert/strict';
import { inOrder, noteEvents, release, type DurableCase, type Step } from './durableCase.js';
import type { DurableHost } from './durableHost.js';

/** Plays one case under its id and checks how its instance ends. */
export async function playCase(host: DurableHost, one: DurableCase): Promise<void> {
  const { id, orchestrator, input, status, output, history } = one;
  await host.startInstance(orchestrator, id, input);
  for (const step of one.steps ?? []) await playStep(host, id, step);

  const ended = await host.ended(id);
  const { runtimeStatus, historyEvents } = ended;
  if (one.outputBegins === true && typeof ended.output === 'string' && typeof output === 'string') {
    assert.equal(ended.output.slice(0, output.length), output);
  } else {
    assert.deepEqual(ended.output ?? null, output ?? null);
  }
  assert.equal(runtimeStatus, status);
  assert.equal(noteEvents(historyEvents), inOrder(history === '' ? [] : history.split(' ')));
  assert.equal(historyEvents[0]?.EventType, 'ExecutionStarted');
  assert.equal(historyEvents.at(-1)?.EventType, 'ExecutionCompleted');
  assert.deepEqual(ended.input, 'finalInput' in one ? one.finalInput : input);
  // an activity that is still held would hold up the end of the host, whose clock stands still
  await playStep(host, id, release);
}

async function playStep(host: DurableHost, id: string, step: Step): Promise<void> {
  if ('until' in step) {
    await host.waitFor(id, ({ runtimeStatus, historyEvents }) => {
      return runtimeStatus !== 'Pending' && noteEvents(historyEvents) === step.until;
    });
  } else if ('untilStatus' in step) {
    const { untilStatus, output, customStatus } = step;
    await host.waitFor(id, (found) => {
      const sameStatus = customStatus === undefined || same(found.customStatus, customStatus);
      return (
        found.runtimeStatus === untilStatus && sameStatus && (output === undefined || found.output === output)
      );
    });
  } else if ('moveMs' in step) host.clock.move(step.moveMs);
  else if ('release' in step) {
    assert.equal((await host.send('POST', `/release/${id}`)).status, 204);
  } else if ('raise' in step) {
    const at = `/instances/${id}/raiseEvent/${step.raise}`;
    const answer = await host.call('POST', at, { body: JSON.stringify(step.value) });
    assert.equal(answer.status, 202, answer.text);
  } else {
    const answer = await host.call('POST', `/instances/${id}/${step.post}`);
    assert.equal(answer.status, step.status, answer.text);
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
