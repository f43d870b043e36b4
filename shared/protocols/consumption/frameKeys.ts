/** The key of a frame in a request, unless the model has a column of that name. */
export const frameInput = 'inputData';
/** Its counterpart in the answer. */
export const frameOutput = 'outputData';
