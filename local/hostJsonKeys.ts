import type { HostJson } from './hostJson.js';

/** Paths by the tree they stand in, in lower case. */
const paths = (trees: Readonly<Record<string, string>>): string[] =>
  Object.entries(trees).flatMap(([tree, names]) =>
    names.split(/\s+/).map((name) => `${tree}${name}`.toLowerCase()),
  );

/** Keys and trees that would change what an app sees. */
const REFUSED = paths({
  '': 'customHandler functions retry extensions:http:customHeaders',
  'extensions:durableTask:': 'defaultVersion notifications',
});

/** The same, but only where the value is true. */
const REFUSED_IF_TRUE = paths({
  '': 'concurrency:dynamicConcurrencyEnabled',
  'extensions:http:': 'dynamicThrottlesEnabled enableChunkedRequestBinding hsts:isEnabled',
  'extensions:durableTask:': 'grpcEnabled httpSettings:useForwardedHost storeInputsInOrchestrationHistory',
});

/** Keys and trees that mean nothing to a JavaScript app on one machine, or to a trigger that is not served here. */
const WITHOUT_EFFECT = paths({
  '': `aggregator applicationInsights concurrency extensionBundle healthMonitor managedDependency queues sendGrid
    singleton telemetryMode watchDirectories watchFiles`,
  // the levels are read by category
  'logging:': 'applicationInsights categoryFilter console fileLoggingMode logLevel',
  'extensions:': `cosmosDB eventGrid eventHubs http:hsts kafka queues rabbitMQ sendGrid serviceBus signalR sql warmup`,
  'extensions:durableTask:': `entityMessageReorderWindowInMinutes extendedSessionIdleTimeoutInSeconds
    extendedSessionsEnabled httpSettings:defaultAsyncRequestSleepTimeMilliseconds localRpcEndpointEnabled
    maxConcurrentEntityFunctions maxEntityOperationBatchSize traceInputsAndOutputs tracing useAppLease
    useGracefulShutdown versionFailureStrategy versionMatchStrategy`,
  'extensions:durableTask:storageProvider:': `connectionName connectionStringName controlQueueBatchSize
    controlQueueBufferThreshold fetchLargeMessagesAutomatically maxQueuePollingInterval queueClientMessageEncoding
    trackingStoreConnectionName trackingStoreNamePrefix useLegacyPartitionManagement useTablePartitionManagement
    workItemQueueVisibilityTimeout`,
});

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
