import type { Signature } from '../../models/signature.js';
import type { NamedTensors } from '../../protocols/codec.js';
import { setElement } from '../../tensors/setElement.js';

/** Writes the examples and defaults of columns into tensors; elements of columns without one stay as they are. */
export function setExamples(feeds: NamedTensors, { inputs, layout, columns }: Signature): void {
  for (const [at, { name, type, example, default: fallback }] of columns.entries()) {
    const value = example ?? fallback;
    const tensor = feeds[layout === 'features' ? (inputs[0]?.name ?? '') : name];
    if (value === undefined || !tensor || type === 'vector') continue;
    const { datatype, data } = tensor;
    const [first, step] = layout === 'features' ? [at, columns.length] : [0, 1];
    const fitting = type === 'logical' && datatype !== 'BOOL' ? Number(value) : value;
    for (let i = first; i < data.length; i += step) setElement(datatype, data, i, fitting);
  }
}
