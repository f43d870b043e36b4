import { registerMaintenance, registerUploadTrigger } from './host/registerTriggers.js';

// Without storage there are no jobs, and hosts refuse triggers whose connection is not set.
const { WARMSTART_STORAGE, WARMSTART_STORAGE__blobServiceUri, WARMSTART_MAINTENANCE_CRON } = process.env;
if ((WARMSTART_STORAGE ?? WARMSTART_STORAGE__blobServiceUri ?? '') !== '') {
  registerUploadTrigger();
  const cron = WARMSTART_MAINTENANCE_CRON ?? '';
  if (cron !== 'off') registerMaintenance(cron === '' ? '0 0 * * * *' : '%WARMSTART_MAINTENANCE_CRON%');
}
