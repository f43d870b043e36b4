import type { CatalogEntry } from '../../models/catalog.js';
import type { ModelPlan } from '../../models/modelPlan.js';
import type { TensorSpec } from '../../models/signature.js';

/** Answer of the server metadata route. */
export function serverMetadata(version: string) {
  return { name: 'warmstart', version, extensions: ['statistics'] };
}

/** Answer of the model metadata routes (contracts/open-protocols.md 1.1). */
export function modelMetadata(plan: ModelPlan, versions: readonly string[]) {
  const place = `/api/${plan.name}/${plan.version}`;
  return {
    name: plan.name,
    versions,
    platform: 'onnx_onnxv1',
    inputs: plan.signature.inputs.map(tensorMetadata),
    outputs: plan.signature.outputs.map(tensorMetadata),
    properties: {
      version: plan.version,
      sha256: plan.sha256,
      ...plan.metadata,
      ...(plan.description === '' ? {} : { description: plan.description }),
    },
    // beyond the protocol: the same model by named columns, for the routes that take them
    columns: plan.signature.columns,
    links: { score: place, swagger: `${place}/swagger.json`, batch: `${place}/batch` },
  };
}

const tensorMetadata = ({ name, datatype, shape }: TensorSpec) => ({ name, datatype, shape });

/** A folder that cannot be asked for: its name is no model's. */
const isMisplaced = ({ reason }: CatalogEntry) => reason?.code === 'SCORE_ERR_MODEL_NAME';

/**
 * Answer of the model list: the names, as KServe gives them, and under `index` every version with its state as the
 * repository index has it (contracts/open-protocols.md 2.2), also those that cannot be served, with the reason.
 */
export function modelList(entries: readonly CatalogEntry[]) {
  return {
    models: [...new Set(entries.filter((entry) => !isMisplaced(entry)).map((entry) => entry.name))],
    index: entries.map(({ name, version, state, reason }) => ({
      name,
      version,
      state,
      ...(reason ? { reason: reason.message, code: reason.code } : {}),
    })),
  };
}
