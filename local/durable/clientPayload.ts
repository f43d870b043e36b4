/** What the addresses that clients get are made of. */
export interface ManagementLinks {
  /** Of the management API, without a slash at its end. */
  readonly baseUrl: string;
  /** Key for the query. */
  readonly code: string;
  readonly hubName: string;
}

/** The name by which the extension speaks of the storage account of the host. */
export const CONNECTION_NAME = 'Storage';

/** Addresses of one instance (functions-host.md 4.11). */
export function managementUrls(
  { baseUrl, code, hubName }: ManagementLinks,
  id: string,
): Record<string, string> & { readonly statusQueryGetUri: string } {
  const instance = `${baseUrl}/instances/${encodeInstanceId(id)}`;
  const query = `taskHub=${hubName}&connection=${CONNECTION_NAME}&code=${encodeURIComponent(code)}`;
  return {
    id,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
    rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
    resumePostUri: `${instance}/resume?reason={text}&${query}`,
  };
}

/** The data of the `durableClient` binding as JSON text; `rpcBaseUrl` ends in a slash. */
export function clientPayload(links: ManagementLinks, rpcBaseUrl: string): string {
  const { baseUrl, code, hubName } = links;
  const key = `code=${encodeURIComponent(code)}`;
  const start = `${baseUrl}/orchestrators/{functionName}[/{instanceId}]?`;
  return JSON.stringify({
    taskHubName: hubName,
    connectionName: null,
    creationUrls: {
      createNewInstancePostUri: `${start}${key}`,
      createAndWaitOnNewInstancePostUri: `${start}timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&${key}`,
    },
    managementUrls: managementUrls(links, 'INSTANCEID'),
    baseUrl,
    requiredQueryStringParameters: key,
    rpcBaseUrl,
  });
}

/** The id as the real extension writes it into addresses, with a plus for a blank. */
function encodeInstanceId(instanceId: string): string {
  return encodeURIComponent(instanceId).replaceAll('%20', '+').replaceAll("'", '%27').replaceAll('~', '%7E');
}
