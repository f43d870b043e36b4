import type { HostJson } from './hostJson.js';

const keys = (tree: string, names: string): string[] =>
  names.split(/\s+/).map((name) => `${tree}${name}`.toLowerCase());
const DURABLE = 'extensions:durableTask:';

/** Keys and trees that would change what an app sees. */
const REFUSED = [
  ...keys('', 'customHandler functions retry extensions:http:customHeaders'),
  ...keys(DURABLE, 'defaultVersion notifications'),
];

/** The same, but only where the value is true. */
const REFUSED_IF_TRUE = [
  ...keys('', 'concurrency:dynamicConcurrencyEnabled extensions:http:dynamicThrottlesEnabled'),
  ...keys('extensions:http:', 'enableChunkedRequestBinding hsts:isEnabled'),
  ...keys(DURABLE, 'grpcEnabled httpSettings:useForwardedHost storeInputsInOrchestrationHistory'),
];

/** Keys and trees that mean nothing to a JavaScript app on one machine, or to a trigger that is not served here. */
const WITHOUT_EFFECT = [
  ...keys('', 'aggregator applicationInsights concurrency extensionBundle healthMonitor managedDependency'),
  ...keys('', 'queues sendGrid singleton telemetryMode watchDirectories watchFiles'),
  // the levels are read by category
  ...keys('logging:', 'applicationInsights categoryFilter console fileLoggingMode logLevel'),
  ...keys('extensions:', 'cosmosDB eventGrid eventHubs http:hsts kafka queues rabbitMQ sendGrid serviceBus'),
  ...keys('extensions:', 'signalR sql warmup'),
  ...keys(DURABLE, 'entityMessageReorderWindowInMinutes extendedSessionIdleTimeoutInSeconds tracing'),
  ...keys(
    DURABLE,
    'extendedSessionsEnabled httpSettings:defaultAsyncRequestSleepTimeMilliseconds useAppLease',
  ),
  ...keys(DURABLE, 'localRpcEndpointEnabled maxConcurrentEntityFunctions maxEntityOperationBatchSize'),
  ...keys(DURABLE, 'traceInputsAndOutputs useGracefulShutdown versionFailureStrategy versionMatchStrategy'),
  ...keys(`${DURABLE}storageProvider:`, 'connectionName connectionStringName controlQueueBatchSize'),
  ...keys(`${DURABLE}storageProvider:`, 'controlQueueBufferThreshold fetchLargeMessagesAutomatically'),
  ...keys(`${DURABLE}storageProvider:`, 'maxQueuePollingInterval queueClientMessageEncoding'),
  ...keys(`${DURABLE}storageProvider:`, 'trackingStoreConnectionName trackingStoreNamePrefix'),
  ...keys(`${DURABLE}storageProvider:`, 'useLegacyPartitionManagement useTablePartitionManagement'),
  ...keys(`${DURABLE}storageProvider:`, 'workItemQueueVisibilityTimeout'),
];

/** Sorts out what must stop the start, and paths that are not known; `readKeys` have a meaning here. */
export function checkKeys(hostJson: HostJson, readKeys: readonly string[]) {
  const faults: string[] = [];
  const unknown = new Set<string>();
  const read = readKeys.map((key) => key.toLowerCase());
  const known = [...read, ...REFUSED, ...REFUSED_IF_TRUE, ...WITHOUT_EFFECT];
  const isTree = (key: string): boolean => known.some((one) => one.startsWith(`${key}:`));
  for (const [key, { path, value }] of hostJson) {
    const isUnder = (one: string): boolean => key === one || key.startsWith(`${one}:`);
    const isOn = REFUSED_IF_TRUE.includes(key) && /^true$/i.test(String(value));
    if (isOn || REFUSED.some(isUnder)) faults.push(`"${path}" is not available in the local host`);
    else if (isTree(key)) faults.push(`"${path}" must be an object`);
    else if (!read.includes(key) && read.some(isUnder)) faults.push(`"${path}" is inside of a single value`);
    else if (!known.some(isUnder)) {
      const names = key.split(':');
      const depth = names.findIndex((_, at) => !isTree(names.slice(0, at + 1).join(':')));
      unknown.add(path.split('.', depth + 1).join('.'));
    }
  }
  return { faults, unknown: [...unknown] };
}
