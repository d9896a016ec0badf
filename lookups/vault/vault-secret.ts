import { askVault } from '../../builders/_vault/ask-vault.ts';
import { isObject, StepError } from '../../plugins/sdk/index.ts';

function failed(message: string, hint?: string): StepError {
  return new StepError(message, { code: 'LOOKUP_FAILED', ...(hint === undefined ? {} : { hint }) });
}

function textOf(value: unknown, key: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw failed(`the value of ${JSON.stringify(key)} in Vault is not a text`);
}

/**
 * One value of a secret in Vault's key-value store, version 1 or 2 (whose paths have `data/` in them). Throws
 * `StepError`, and the signal's reason when that aborts.
 */
export async function readSecret(path: string, key: string, signal: AbortSignal): Promise<string> {
  const found = await askVault(path, signal);
  const where = JSON.stringify(path);
  if (found === undefined) {
    const hint = 'in a version 2 store the path has "data/" after the mount, as in secret/data/name';
    throw failed(`Vault has no secret at ${where}`, hint);
  }
  const outer = isObject(found['data']) ? found['data'] : {};
  const data = isObject(outer['data']) ? outer['data'] : outer;
  if (!Object.hasOwn(data, key)) throw failed(`the secret at ${where} has no ${JSON.stringify(key)}`);
  return textOf(data[key], key);
}
