// first: ONNX Runtime looks for Float16Array when it is loaded
import './hideFloat16Array.js';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { ScoringError } from '../errors/scoringError.js';
import type { SessionPlan } from '../models/modelPlan.js';
import { cutZipMaps } from '../models/onnx/cutZipMaps.js';
import { planStamp } from '../models/planStamp.js';
import type { NamedTensors } from '../protocols/codec.js';
import { datatypeFacts, datatypeFromOrt, type Tensor } from '../tensors/datatypes.js';
import { ortMessage } from './ortMessage.js';

// Only worker threads and check processes may import this file: ONNX Runtime blocks the thread that calls it.

/** An open ONNX Runtime session. Belongs to the thread that opened it; holds native memory until `release`. */
export class Session {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  /** Opens a session; blocks the thread meanwhile. Throws SCORE_ERR_MODEL_LOAD and SCORE_ERR_MODEL_LOADING. */
  static async open(plan: SessionPlan): Promise<Session> {
    let session: InferenceSession;
    try {
      session = await create(plan);
    } catch (error) {
      // files that are gone or half written are no fault of the model
      if ((await planStamp(plan)) !== plan.stamp) throw filesChanged();
      throw new ScoringError('SCORE_ERR_MODEL_LOAD', ortMessage(error, plan.dir), { cause: error });
    }
    if ((await planStamp(plan)) !== plan.stamp) {
      await session.release();
      throw filesChanged();
    }
    return new Session(session);
  }

  /** Computes the outputs named in `fetches`; blocks the thread meanwhile. Throws SCORE_ERR_RUN_FAILED. */
  async run(feeds: NamedTensors, fetches: readonly string[]): Promise<NamedTensors> {
    const inputs: Record<string, OrtTensor> = {};
    for (const name of Object.keys(feeds)) inputs[name] = toOrt(feeds[name] as Tensor);
    let results: InferenceSession.OnnxValueMapType;
    try {
      results = await this.#session.run(inputs, fetches);
    } catch (error) {
      throw new ScoringError('SCORE_ERR_RUN_FAILED', `the model failed: ${ortMessage(error)}`, {
        cause: error,
      });
    }
    const outputs: Record<string, Tensor> = {};
    for (const name of fetches) outputs[name] = fromOrt(results[name] as OrtTensor);
    return outputs;
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/** What was read of the model is not what lies there now. */
export const filesChanged = () =>
  new ScoringError('SCORE_ERR_MODEL_LOADING', 'the files of the model changed while it was loaded');

async function create(plan: SessionPlan): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: plan.intraOpThreads,
    interOpNumThreads: 1,
    // the arena keeps its peak for ever: 750 MB against 102 MB after one large run
    enableCpuMemArena: false,
    // an idle pool of spinning threads would burn a core
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    // errors come back as exceptions; the log of the runtime would show paths
    logSeverityLevel: 4,
  };
  const file = path.join(plan.dir, 'model.onnx');
  if (!plan.cutsZipMaps) return InferenceSession.create(file, options);
  const bytes = cutZipMaps(await readFile(file));
  const externalData = await Promise.all(
    plan.externalData.map(async (name) => ({ path: name, data: await readFile(path.join(plan.dir, name)) })),
  );
  return InferenceSession.create(bytes, externalData.length > 0 ? { ...options, externalData } : options);
}

function toOrt({ datatype, shape, data }: Tensor): OrtTensor {
  // the constructor's overloads pair each type name with its array type; the datatype table keeps that pairing
  return new OrtTensor(datatypeFacts(datatype).ort as 'float32', data as Float32Array, shape);
}

function fromOrt({ type, dims, data }: OrtTensor): Tensor {
  const datatype = datatypeFromOrt(type);
  if (!datatype) throw new ScoringError('SCORE_ERR_RUN_FAILED', `the model gave a tensor of type ${type}`);
  return { datatype, shape: dims, data: data };
}
