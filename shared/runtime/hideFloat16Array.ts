// With a global Float16Array every float16 input of onnxruntime-node 1.30 fails ("not enough space ... got 0"), on Node 23
// and later (onnxruntime pull request 32323). Without it half-precision tensors are Uint16Array, as on older versions.
Reflect.deleteProperty(globalThis, 'Float16Array');

export {};
