import type { HostKeys } from '../../local/keys.js';

/** The keys that the recordings were made with. */
export const KEYS: HostKeys = {
  master: 'conf-master-key-0000000000000000000000000001',
  host: 'conf-host-key-000000000000000000000000000002',
  system: {
    durabletask_extension: 'conf-durable-key-00000000000000000000000003',
    blobs_extension: 'conf-blobs-key-0000000000000000000000000004',
  },
};
