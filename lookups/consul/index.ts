import { defineLookup, type Lookup } from '../../plugins/sdk/index.ts';

/** ``{{ consul_key `path/of/key` }}`` */
export const consulKey: Lookup = defineLookup({
  name: 'consul_key',
  takes: { least: 1, most: 1 },
  fetch: async ([key = ''], signal) => (await import('./consul-key.ts')).readKey(key, signal),
});
