import { registerBatch } from './host/registerBatch.js';

registerBatch();
