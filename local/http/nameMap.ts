/** A map of texts for names that callers choose: it inherits nothing, and is quicker than Object.create(null). */
export const NameMap = function () {
  // instances hold nothing but what is put into them
} as unknown as new () => Record<string, string>;
Object.setPrototypeOf(NameMap.prototype as object, null);
