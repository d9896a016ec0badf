import { createHmac } from 'node:crypto';
import { refused } from '../../../_transfer/failure.ts';
import { entraApplication, type EntraApplication } from './entra.ts';

/** A storage account of Azure, and how it lets in. */
export interface AzureAccount {
  readonly name: string;
  /** Without a slash at its end. */
  readonly endpoint: string;
  /** Base64; undefined when `signature` or `application` lets in. */
  readonly key: string | undefined;
  /** Query of a shared access signature. */
  readonly signature: string | undefined;
  /** Who asks, by Entra ID, where there are neither a key nor a signature. */
  readonly application: EntraApplication | undefined;
}

function partsOf(connection: string): ReadonlyMap<string, string> {
  const parts = connection.split(';').map((part) => {
    const at = part.indexOf('=');
    return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()] as const;
  });
  return new Map(parts);
}

/** The account that the options name or else the environment, with its variables as the program `az storage` has them. */
export function azureAccount(
  given: { readonly account: string | undefined; readonly endpoint: string | undefined },
  environment: NodeJS.ProcessEnv,
): AzureAccount {
  const said = partsOf(environment['AZURE_STORAGE_CONNECTION_STRING'] ?? '');
  const name = given.account ?? said.get('accountname') ?? environment['AZURE_STORAGE_ACCOUNT'];
  if (name === undefined || name === '') {
    throw refused('nobody says in which storage account the container is', 'set "account", or AZURE_STORAGE_ACCOUNT');
  }
  const suffix = said.get('endpointsuffix') ?? 'core.windows.net';
  const scheme = said.get('defaultendpointsprotocol') ?? 'https';
  const endpoint = given.endpoint ?? said.get('blobendpoint') ?? `${scheme}://${name}.blob.${suffix}`;
  const key = said.get('accountkey') ?? environment['AZURE_STORAGE_KEY'];
  const signature = said.get('sharedaccesssignature') ?? environment['AZURE_STORAGE_SAS_TOKEN'];
  const application = key === undefined && signature === undefined ? entraApplication(environment) : undefined;
  if (key === undefined && signature === undefined && application === undefined) {
    const hint =
      'set AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING, or AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE';
    throw refused(`there are no credentials for the storage account ${name}`, hint);
  }
  return { name, endpoint: endpoint.replace(/\/$/, ''), key, signature: signature?.replace(/^\?/, ''), application };
}

/** The headers' values that a signature covers in this order, besides those of Azure's own. */
const SIGNED = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
];

/** Header by which the account knows that who asks has its key. */
export function sharedKey(
  { name, key = '' }: AzureAccount,
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  const plain = SIGNED.map((header) =>
    header === 'content-length' && headers[header] === '0' ? '' : (headers[header] ?? ''),
  );
  const own = Object.keys(headers)
    .filter((header) => header.startsWith('x-ms-'))
    .sort()
    .map((header) => `${header}:${headers[header] ?? ''}`);
  const query = [...url.searchParams].sort(([one], [other]) => (one < other ? -1 : 1));
  const resource = `/${name}${url.pathname}${query.map(([each, value]) => `\n${each.toLowerCase()}:${value}`).join('')}`;
  const text = [method, ...plain, ...own, resource].join('\n');
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64');
  return { authorization: `SharedKey ${name}:${signature}` };
}
