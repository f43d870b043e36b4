import type { Settings } from '../../settings.js';
import type { JobRules } from './buildOptions.js';

/** What the settings let jobs do. */
export function rulesOf({ inputContainers, webhookHosts }: Settings): JobRules {
  return { containers: inputContainers, webhookHosts };
}
