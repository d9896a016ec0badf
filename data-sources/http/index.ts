import { defineDataSource, errorAt, type DataSource } from '../../plugins/sdk/index.ts';
import type { HttpDataSourceConfig } from './config.gen.ts';

export const dataSource: DataSource<HttpDataSourceConfig> = defineDataSource({
  prepare: ({ url }) => {
    if (/^https?:$/.test(URL.parse(url)?.protocol ?? '')) return [];
    return [
      errorAt('DATA_HTTP_URL', '/url', 'this is no address of an HTTP server; it begins with http:// or https://'),
    ];
  },
  fetch: async (config, run) => (await import('./fetch.ts')).fetch(config, run),
});
