import type { DataSource } from '../contract/data-source.ts';
import type { Parts } from './components.ts';

/** What `defineDataSource` is given. */
export type DataSourceParts<Config> = Parts<DataSource<NoInfer<Config>>, DataSource<Config>, 'fetch'>;

/** A data source, as `defineBuilder`: its configuration's type is that of `fetch`'s first parameter. */
export function defineDataSource<Config>(parts: DataSourceParts<Config>): DataSource<Config> {
  return { prepare: () => [], programs: [], ...parts, kind: 'data-source' };
}
