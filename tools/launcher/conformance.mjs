import { runBuilt } from './runBuilt.mjs';

/** `npm run conformance [-- <its arguments>]`: plays the recordings of a real host against the local one. */
export function conformance(args) {
  return runBuilt('test/conformance/kit/main.js', args);
}
