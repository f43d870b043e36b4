import { batchTriggerSettings } from '../shared/settings.js';
import { registerMaintenance, registerUploadTrigger } from './host/registerTriggers.js';

// Without storage there are no jobs, and hosts refuse triggers whose connection is not set.
const { hasStorage, maintenanceCron } = batchTriggerSettings(process.env);
if (hasStorage) {
  registerUploadTrigger();
  if (maintenanceCron !== 'off') registerMaintenance(maintenanceCron);
}
