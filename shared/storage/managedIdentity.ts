import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity';

/** The identity of the app; `clientId` picks one of several. Loading this file loads the identity client. */
export function managedIdentity(clientId: string | undefined): TokenCredential {
  return clientId === undefined
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}
