import { defineLookup, type Lookup } from '../../plugins/sdk/index.ts';

/** ``{{ vault `path/of/secret` `key` }}`` */
export const vault: Lookup = defineLookup({
  name: 'vault',
  takes: { least: 2, most: 2 },
  fetch: async ([path = '', key = ''], signal) => (await import('./vault-secret.ts')).readSecret(path, key, signal),
});
