import type { LoginOptions } from '../credentials/login-options.ts';
import { openLogin } from '../credentials/open-login.ts';
import { serviceRoot } from '../credentials/service-root.ts';

/** Where Cloud Storage is, and who asks. */
export interface StorageAccess {
  /** "https://storage.googleapis.com" */
  readonly origin: string;
  /** Headers that let in. Throws `StepError` GOOGLE_CREDENTIALS and GOOGLE_UNREACHABLE. */
  headers(): Promise<Readonly<Record<string, string>>>;
}

/** Cloud Storage, as the options get into it. Who stands in for it (STORAGE_EMULATOR_HOST) asks for no login. */
export function storageAccess(options: LoginOptions): StorageAccess {
  const emulator = options.custom_endpoints?.storage === undefined ? process.env['STORAGE_EMULATOR_HOST'] : undefined;
  const { origin } = new URL(emulator ?? serviceRoot('storage', options));
  return {
    origin,
    headers: async () => (emulator === undefined ? (await openLogin(options)).headers(origin) : {}),
  };
}
