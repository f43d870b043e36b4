import { argumentFault } from './managementFault.js';

const MAX_LENGTH = 256;
const FORBIDDEN = /[/\\#?\p{Cc}]/u;

/** Throws a ManagementFault for an id that breaks a rule (functions-host.md 4.9). */
export function checkInstanceId(instanceId: string): void {
  const rule = instanceId.startsWith('@')
    ? 'start with @'
    : FORBIDDEN.test(instanceId) && 'contain /, \\, #, ?, or control characters';
  if (rule !== false) {
    throw argumentFault(`instanceId (Parameter 'Orchestration instance ids must not ${rule}.')`);
  }
  if (instanceId.length > MAX_LENGTH) {
    throw argumentFault(`Instance ID lengths must not exceed ${MAX_LENGTH} characters.`);
  }
}

/** The id as the real extension writes it into addresses, with a plus for a blank. */
export function encodeInstanceId(instanceId: string): string {
  return encodeURIComponent(instanceId).replaceAll('%20', '+').replaceAll("'", '%27').replaceAll('~', '%7E');
}
