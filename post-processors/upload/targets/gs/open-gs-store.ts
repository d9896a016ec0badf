import { googleLogin, LoginError } from '../../../../clients/google-login/index.ts';
import { readAuthority, type HttpServer } from '../../../_transfer/exchange.ts';
import { refused } from '../../../_transfer/failure.ts';
import type { OpenStore } from '../opening.ts';
import { gsStore } from './gs-store.ts';

const GOOGLE = 'https://storage.googleapis.com';
const SCOPES = ['https://www.googleapis.com/auth/devstorage.read_write'];

/** A bucket of Google's storage. Who stands in for Google (STORAGE_EMULATOR_HOST) asks for no login. */
export const openGsStore: OpenStore = async ({ host: bucket }, options, { silence, signal, records }) => {
  const standIn = options.endpoint ?? process.env['STORAGE_EMULATOR_HOST'];
  const origin = (standIn ?? GOOGLE).replace(/\/$/, '');
  const server: HttpServer = { origin, login: {}, ca: await readAuthority(options.cacert), silence, signal };
  const login = standIn === undefined ? googleLogin({ source: { type: 'default' }, scopes: SCOPES }) : undefined;
  return gsStore({
    bucket,
    server,
    records,
    storageClass: options.storage_class,
    login: async () => {
      try {
        return (await login?.headers(origin)) ?? {};
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const usual = 'log in with gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS';
        const hint = (error instanceof LoginError ? error.hint : undefined) ?? usual;
        throw refused(`there are no credentials for gs://${bucket}: ${reason}`, hint, error);
      }
    },
  });
};
