import type { IncomingMessage } from 'node:http';
import { encodePath, exchange, type HttpServer, type Request } from '../../../_transfer/exchange.ts';
import { sharedKey, type AzureAccount } from './account.ts';

const VERSION = '2023-11-03';

/** Makes a call about a container or a blob ("/name" below it). Throws as `exchange` does. */
export type AzureCall = (
  method: string,
  blob: string,
  query: Readonly<Record<string, string>>,
  request: Request,
  expected?: readonly number[],
) => Promise<IncomingMessage>;

/** The calls about one container. `token` gives one of Entra ID for an account without key and signature. */
export function azureCall(
  account: AzureAccount,
  container: string,
  server: HttpServer,
  token?: () => Promise<string>,
): AzureCall {
  return async (method, blob, query, request, expected = []) => {
    const url = new URL(`${account.endpoint}/${container}${encodePath(blob)}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const headers = { ...request.headers, 'x-ms-version': VERSION, 'x-ms-date': new Date().toUTCString() };
    const byKey = account.key === undefined ? {} : sharedKey(account, method, url, headers);
    const login = token === undefined ? byKey : { authorization: `Bearer ${await token()}` };
    const signature = account.key === undefined ? account.signature : undefined;
    const address = signature === undefined ? url.href : `${url.href}${url.search === '' ? '?' : '&'}${signature}`;
    return exchange(server, method, address, { ...request, headers: { ...headers, ...login } }, expected);
  };
}
