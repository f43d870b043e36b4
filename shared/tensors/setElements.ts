import type { TensorData } from './datatypes.js';

/** Writes all elements of an array into another one of the same datatype, from `at` on. */
export function setElements(into: TensorData, from: TensorData, at: number): void {
  if (Array.isArray(into)) for (let i = 0; i < from.length; i++) into[at + i] = from[i] as string;
  else (into as Uint8Array).set(from as Uint8Array, at);
}
