import type { Clock } from '../clock.js';
import type { ScoringError } from '../errors/scoringError.js';
import { BlobMirror } from '../storage/blobMirror.js';
import type { BlobStore } from '../storage/blobStore.js';
import type { ModelPlan } from './modelPlan.js';
import { emptyServiceRecord, serviceRecordBlob, type ServiceRecord } from './serviceRecord.js';

const recordPattern = /^services\/[^/]+\/service\.json$/;
const allRecords = 'services/';
const maxRecordBytes = 2 ** 20;
const maxAgeMs = 5000;

/** What is said of the models after they were deployed or published, at most 5 s old where it is asked for. */
export class ServiceRecords {
  readonly #mirror: BlobMirror<ServiceRecord>;

  constructor(store: () => BlobStore, clock: Clock) {
    this.#mirror = new BlobMirror({
      ...{ store, clock, container: serviceRecordBlob('').container, maxBytes: maxRecordBytes },
      isMirrored: (name) => recordPattern.test(name),
      parse: (_name, bytes) => parseRecord(bytes),
    });
  }

  /** The record of a model as it is known. */
  get(name: string): ServiceRecord {
    return this.#mirror.get(serviceRecordBlob(name).name) ?? emptyServiceRecord;
  }

  /** Whether `look` has nothing to do. */
  isCurrent(name: string): boolean {
    return this.#mirror.isCurrent(serviceRecordBlob(name).name, maxAgeMs);
  }

  /** Makes the record of a model current. Gives the fault where storage did not tell within `patienceMs`. */
  look(name: string, patienceMs: number): Promise<ScoringError | undefined> {
    return this.#mirror.look(serviceRecordBlob(name).name, patienceMs);
  }

  /** Makes all records current. */
  async lookAtAll(patienceMs: number): Promise<ScoringError | undefined> {
    return this.#mirror.isCurrent(allRecords, maxAgeMs)
      ? undefined
      : this.#mirror.look(allRecords, patienceMs);
  }

  /** The record of a model was changed by this process. */
  forget(name: string): void {
    this.#mirror.expire(serviceRecordBlob(name).name);
  }

  /** A plan with what is said of its version; the session and its key stay the same. */
  describe(plan: ModelPlan): ModelPlan {
    const { versions } = this.get(plan.name);
    const said = Object.hasOwn(versions, plan.version) ? versions[plan.version] : undefined;
    if (!said) return plan;
    const { description = plan.description, operationId = plan.operationId } = said;
    return { ...plan, description, operationId };
  }
}

/** A record that cannot be read says nothing: the models serve on. */
function parseRecord(bytes: Uint8Array): ServiceRecord {
  try {
    const { defaultVersion, aliases, versions } = JSON.parse(
      new TextDecoder().decode(bytes),
    ) as ServiceRecord;
    return {
      aliases: { ...aliases },
      versions: { ...versions },
      ...(typeof defaultVersion === 'string' ? { defaultVersion } : {}),
    };
  } catch {
    return emptyServiceRecord;
  }
}
