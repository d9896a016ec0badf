import type { DataSource } from '../../../core/contract/data-source.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import type { Lookup } from '../../../core/contract/lookup.ts';
import type { FetchResult, LookupResult } from '../protocol/messages.gen.ts';
import { prepareInPlugin, type Described } from './shared.ts';

/** A data source whose values a plugin's process fetches. */
export function processDataSource(described: Described): DataSource<object> {
  const { plugin, type, manifest } = described;
  return {
    kind: 'data-source',
    programs: manifest.programs,
    prepare: () => [],
    ...(manifest.prepare
      ? {
          prepareElsewhere: (config: object, _context: object, signal: AbortSignal) =>
            prepareInPlugin(described, 'data-source', config as JsonObject, {}, signal),
        }
      : {}),
    fetch: async (config, run) => {
      const { name, signal } = run;
      const params = { type, name, config: config as JsonObject };
      const result = await plugin.ask('fetch', params, { signal, what: `fetch the values of "${name}"` });
      const { outputs, warnings = [] } = result as unknown as FetchResult;
      for (const warning of warnings) run.warn(warning);
      return outputs;
    },
  };
}

/** A template function whose value a plugin's process looks up. */
export function processLookup({ plugin, type, manifest }: Described): Lookup {
  return {
    name: type,
    takes: manifest.takes,
    fetch: async (values, signal) => {
      const result = await plugin.ask('lookup', { name: type, values }, { signal, what: `look up "${type}"` });
      return (result as unknown as LookupResult).value;
    },
  };
}
