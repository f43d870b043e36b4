import { startHost } from '../../local/host.js';
import { StderrLog } from '../../local/log.js';
import type { ProcessOptions } from './hostProcess.js';

// The process that hostProcess.ts starts.

const options = JSON.parse(process.argv[2] ?? '{}') as ProcessOptions;
const errors = new StderrLog();
void startHost({
  hostname: '127.0.0.1',
  ...options,
  log: {
    log: (level, category, message, ...source) => {
      if (level === 'error' || level === 'critical') errors.log(level, category, message, ...source);
    },
  },
}).then(({ port }) => process.send?.({ port }));
// whoever started it has ended
process.on('disconnect', () => process.exit(0));
