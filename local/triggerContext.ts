import type { Clock } from '../shared/clock.js';
import type { FunctionApp } from './core/functionApp.js';
import type { HostSettings } from './hostSettings.js';
import type { HostKeys } from './keys.js';
import type { HostLog } from './log.js';
import type { SortedFunctions } from './sortFunctions.js';

/** What the triggers of a host are made with. */
export interface TriggerContext {
  readonly app: FunctionApp;
  readonly functions: SortedFunctions;
  readonly settings: HostSettings;
  readonly keys: HostKeys;
  /** Where state is kept; in memory only unless given. */
  readonly dataDir: string | undefined;
  /** `http://localhost:<port>`: the server listens, and requests wait until the triggers have started. */
  readonly origin: string;
  readonly clock: Clock;
  readonly log: HostLog;
}
