import fc from 'fast-check';

const seed = Number(process.env.FC_SEED);

// a failure prints its seed; FC_SEED repeats it
fc.configureGlobal(Number.isInteger(seed) && process.env.FC_SEED !== '' ? { seed } : {});

export { fc };
