/** The package: what `import ... from 'warmstart-client'` gives. */
export { MLServer, type MLServerOptions, type VersionOptions } from './mlServer.js';
export type { Auth } from './auth.js';
export type { TokenProvider } from './credentials.js';
export type { PasswordLogin } from './tokenSession.js';
export type { CallOptions } from './deadline.js';
export type { PublishOptions, ModelFile } from './publisher.js';
export type { Service, Capabilities, ConsumeOptions, ServiceMethod } from './service.js';
export type { ServiceMetadata, ParameterDefinition, ParameterType } from './serviceMetadata.js';
export type { ServiceResponse } from './serviceResponse.js';
export type { Batch } from './batch.js';
export type { BatchResponse, BatchState } from './batchResponse.js';
export type { Records } from './records.js';
export { csvFile, csvText, type CsvOptions, type CsvSource, type CellType } from './csvSource.js';
export { MLServerError } from './mlServerError.js';
export { InputError } from './inputError.js';
