import { readFile } from 'node:fs/promises';
import { defineDataSource, errorAt, type DataSource } from 'kiln-sdk';
import type { ExampleConfig } from './config.gen.ts';

export const dataSource: DataSource<ExampleConfig> = defineDataSource({
  prepare: ({ path }, machine) =>
    machine.statPath(path) === 'file' ? [] : [errorAt('EXAMPLE_FILE', '/path', `there is no file ${path}`)],
  fetch: async ({ path }: ExampleConfig, { signal }) => {
    const [line = ''] = (await readFile(path, { encoding: 'utf8', signal })).split('\n', 1);
    return { line };
  },
});
