import { ScoringError } from '../errors/scoringError.js';

/** The data account as WARMSTART_STORAGE names it. */
export type Connection =
  | { readonly kind: 'text'; readonly text: string }
  /** By managed identity. */
  | { readonly kind: 'identity'; readonly blobUrl: string; readonly queueUrl: string };

/** Checks a connection text without loading the storage client. Throws SCORE_ERR_SETTING, which does not quote it. */
export function parseConnection(text: string): Connection {
  const trimmed = text.trim();
  if (/^https?:/i.test(trimmed)) return parseEndpoint(trimmed);
  if (/^UseDevelopmentStorage=true;?$/i.test(trimmed)) {
    return { kind: 'text', text: 'UseDevelopmentStorage=true' };
  }
  const parts = new Map(
    trimmed.split(';').map((part) => [nameOf(part), part.slice(nameOf(part).length + 1)]),
  );
  const key = parts.get('AccountKey');
  if (key !== undefined) {
    if (!isBase64(key)) throw badConnection('AccountKey is no base64 text');
    if (!parts.get('AccountName')) throw badConnection('AccountName is missing');
    if (!parts.has('DefaultEndpointsProtocol')) throw badConnection('DefaultEndpointsProtocol is missing');
    if (!parts.get('BlobEndpoint') && !parts.get('EndpointSuffix')) {
      throw badConnection('EndpointSuffix or BlobEndpoint is missing');
    }
  } else if (!parts.get('SharedAccessSignature') || !parts.get('BlobEndpoint')) {
    throw badConnection(
      'it must be a connection string with AccountKey, or with SharedAccessSignature and BlobEndpoint, ' +
        'or an address like https://<account>.blob.core.windows.net',
    );
  }
  const endpoint = parts.get('BlobEndpoint');
  if (endpoint !== undefined && !/^https?:$/.test(urlOf(endpoint)?.protocol ?? '')) {
    throw badConnection('BlobEndpoint is no address');
  }
  return { kind: 'text', text: trimmed };
}

/** The error of a connection that cannot be used. `reason` must not quote it. */
export function badConnection(reason: string): ScoringError {
  return new ScoringError('SCORE_ERR_SETTING', `setting WARMSTART_STORAGE: ${reason}`);
}

function parseEndpoint(text: string): Connection {
  const url = urlOf(text);
  // a signed address is no address of an account, and tokens go over https alone
  if (url?.protocol !== 'https:' || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw badConnection(
      'the address must be https, without query, as https://<account>.blob.core.windows.net',
    );
  }
  const blobUrl = `${url.origin}${url.pathname}`.replace(/\/$/, '');
  return { kind: 'identity', blobUrl, queueUrl: blobUrl.replace('.blob.', '.queue.') };
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function nameOf(part: string): string {
  return part.split('=', 1)[0] ?? '';
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}
