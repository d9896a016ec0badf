/**
 * What Vault has at a path (`creds/builder` of an engine, for example), or makes there of a `body` of JSON: where and how
 * comes from the VAULT_… variables of this process. Undefined when there is nothing. Throws `LookupFailure`.
 */
export async function readVault(
  path: string,
  signal: AbortSignal,
  body?: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { askVault } = await import('./lookup-vault.ts');
  return askVault(path, (name) => process.env[name], signal, body);
}
