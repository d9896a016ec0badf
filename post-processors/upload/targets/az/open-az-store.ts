import { readAuthority, type HttpServer } from '../../../_transfer/exchange.ts';
import type { OpenStore } from '../opening.ts';
import { azureAccount } from './account.ts';
import { blobStore } from './blob-store.ts';
import { azureCall } from './call.ts';
import { entraLogin } from './entra.ts';

/** A container of Azure's blob storage. */
export const openAzStore: OpenStore = async ({ host: container }, options, { silence, signal }) => {
  const { account: name, endpoint, cacert, storage_class: tier } = options;
  const account = azureAccount({ account: name, endpoint }, process.env);
  const server: HttpServer = {
    origin: account.endpoint,
    login: {},
    ca: await readAuthority(cacert),
    silence,
    signal,
  };
  const { application } = account;
  const token = application && entraLogin(application, cacert, signal);
  return blobStore({ container, call: azureCall(account, container, server, token), server, tier });
};
