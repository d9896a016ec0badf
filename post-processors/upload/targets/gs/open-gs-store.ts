import { readAuthority, type HttpServer } from '../_http/exchange.ts';
import { refused } from '../failure.ts';
import type { OpenStore } from '../opening.ts';
import { gsStore } from './gs-store.ts';

const GOOGLE = 'https://storage.googleapis.com';

/** A bucket of Google's storage. Who stands in for Google (STORAGE_EMULATOR_HOST) asks for no login. */
export const openGsStore: OpenStore = async ({ host: bucket }, options, { silence, signal, records }) => {
  const standIn = options.endpoint ?? process.env['STORAGE_EMULATOR_HOST'];
  const origin = (standIn ?? GOOGLE).replace(/\/$/, '');
  const server: HttpServer = { origin, login: {}, ca: await readAuthority(options.cacert), silence, signal };
  const login = standIn === undefined ? (await import('./driver.ts')).googleLogin() : undefined;
  return gsStore({
    bucket,
    server,
    records,
    storageClass: options.storage_class,
    login: async () => {
      try {
        return (await login?.(origin)) ?? {};
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const hint = 'log in with gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS';
        throw refused(`there are no credentials for gs://${bucket}: ${reason}`, hint, error);
      }
    },
  });
};
