import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { deletePublished } from '../../../shared/models/published/deletePublished.js';
import { manifestBlob } from '../../../shared/models/published/publishedPaths.js';
import { changeServiceRecord, readServiceRecord } from '../../../shared/models/serviceRecord.js';
import { claimName } from '../../../shared/publish/claimName.js';
import type { PublishContext } from '../../../shared/publish/publishContext.js';
import { publishModel } from '../../../shared/publish/publishModel.js';
import type { Services } from '../../../shared/services.js';
import { fixtureFile, modelPart } from '../../functions/publish/publishCalls.js';
import { startAzurite } from '../../support/azurite.js';
import { BatchClock } from '../../support/batch.js';
import { jsonBytes } from '../../support/bytes.js';
import { expectRejection } from '../../support/expectFault.js';
import { modelsDirWith } from '../../support/modelsDir.js';
import { anna, bert, formBody, owner, publishOn, storedModels } from '../../support/publishing.js';
import { liveChildren, startServices } from '../../support/startServices.js';
import { fileCleanUp } from '../../support/temporaryDir.js';

const file = fileCleanUp();
let services: Services;
const clock = new BatchClock();

before(async () => {
  const { connectionString, pid } = await startAzurite(file);
  for (const child of liveChildren) if (child.pid === pid) liveChildren.delete(child);
  const models = modelsDirWith(file, { 'shipped/1.0.0': { fixture: 'add' } });
  services = await startServices(file, models, { WARMSTART_STORAGE: connectionString });
});

const add = () => [modelPart(fixtureFile('add'))];
const refused = { code: 'SCORE_ERR_SERVICE_NOT_OWNED' } as const;
const home = (): PublishContext => ({ ...services.publishing(), clock });

/** A context in which publishes wait for each other before they are written. */
function together(count: number): PublishContext {
  const context = services.publishing();
  let checked = 0;
  let release = (): void => undefined;
  const all = new Promise<void>((resolve) => (release = resolve));
  return {
    ...context,
    check: async (folder) => {
      const plan = await context.check(folder);
      if (++checked === count) release();
      await all;
      return plan;
    },
  };
}

test('of two who publish under a new name at once one has the name', async () => {
  const context = together(2);
  const publishes = [
    publishModel(context, anna, { name: 'fresh', version: '1.0.0' }, formBody(add())),
    publishModel(context, bert, { name: 'fresh', version: '2.0.0' }, formBody(add())),
  ];
  const outcomes = await Promise.allSettled(publishes);
  const failed = outcomes.flatMap((one) =>
    one.status === 'rejected' ? [one.reason as { code: string }] : [],
  );
  assert.deepEqual(
    failed.map(({ code }) => code),
    [refused.code],
  );
  const { claim } = await readServiceRecord(services.store(), 'fresh');
  const winner = outcomes[0]?.status === 'fulfilled' ? 'anna' : 'bert';
  assert.equal(claim?.owner, winner);
  // a manifest and a graph: nothing is left of the other
  assert.equal((await storedModels(services, 'fresh/')).length, 2);
});

test('an Owner who publishes first has the name as well', async () => {
  await claimName(home(), owner, 'first');
  await expectRejection(publishOn(services, 'first/1.0.0', add(), bert), refused);
  await publishOn(services, 'first/1.0.0', add(), owner);
  await expectRejection(publishOn(services, 'first/2.0.0', add(), bert), refused);
});

test('who has published under a name keeps it, whoever else adds to it', async () => {
  await publishOn(services, 'kept/1.0.0', add(), anna);
  await publishOn(services, 'kept/2.0.0', add(), owner);
  await publishOn(services, 'kept/3.0.0', add(), anna);
  assert.equal((await readServiceRecord(services.store(), 'kept')).claim?.owner, 'anna');
  await expectRejection(claimName(home(), bert, 'kept'), refused);
});

test('a name without versions is free an hour after it was claimed', async () => {
  await claimName(home(), anna, 'free');
  await expectRejection(claimName(home(), bert, 'free'), refused);
  clock.move(59 * 60_000);
  await expectRejection(claimName(home(), bert, 'free'), refused);
  clock.move(2 * 60_000);
  await claimName(home(), bert, 'free');
  await expectRejection(claimName(home(), anna, 'free'), refused);
});

test('a claim stays beside what else is said of a model', async () => {
  await publishOn(services, 'said/1.0.0', add(), anna);
  await changeServiceRecord(services.store(), 'said', (record) => ({
    ...record,
    aliases: { prod: '1.0.0' },
  }));
  await publishOn(services, 'said/2.0.0', add(), anna);
  await deletePublished(services, 'said', '1.0.0', anna);
  const { aliases, claim } = await readServiceRecord(services.store(), 'said');
  assert.deepEqual([aliases, claim?.owner], [{}, 'anna']);
});

test("a version that cannot be read is somebody else's", async () => {
  const unreadable = manifestBlob('odd', '1.0.0');
  await services.store().put(unreadable, jsonBytes({ format: 99, owner: 'bert' }));
  services.catalog.forget('odd');
  await expectRejection(publishOn(services, 'odd/2.0.0', add(), anna), refused);
  await expectRejection(claimName(home(), anna, 'odd'), refused);
  await publishOn(services, 'odd/3.0.0', add(), owner);
});
