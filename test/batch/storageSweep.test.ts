import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StorageSweep } from './storageSweep.js';
import { sweepFaults, type SweepFault } from './sweepFaults.js';
import { sweptJobs } from './sweptJobs.js';

/** Every so many-th call is tried; which ones, and with which fault, follows from the seed. */
const every = 7;

for (const [name, request] of Object.entries(sweptJobs)) {
  test(`a ${name} job ends exactly or clearly Failed whichever storage call fails`, async (t) => {
    const seed = Number(process.env.SWEEP_SEED ?? Date.now() % 100_000);
    const sweep = await StorageSweep.open(t, request);
    t.diagnostic(`SWEEP_SEED=${seed}, ${sweep.calls} calls`);
    const { results, errors, chunks } = sweep.expected;
    assert.ok(results.includes('""word""') && errors.includes('ROW_VALUE'));
    assert.equal(chunks, 3);
    for (let n = 1 + (seed % every); n <= sweep.calls; n += every) {
      const fault = sweepFaults[(seed + n) % sweepFaults.length] as SweepFault;
      await sweep.runWith(n, fault);
    }
  });
}
