import type { FileProvisionerConfig } from './config.gen.ts';

/** Something to copy, and the option that says so. */
interface NamedSource {
  readonly source: string;
  readonly pointer: string;
}

/** The sources with their options, in order. */
export function namedSources(config: Pick<FileProvisionerConfig, 'source' | 'sources'>): readonly NamedSource[] {
  const single = config.source === undefined ? [] : [{ source: config.source, pointer: '/source' }];
  const listed = config.sources ?? [];
  return [...single, ...listed.map((source, index) => ({ source, pointer: `/sources/${index}` }))];
}

/** What to copy, in order. */
export function sourcesOf(config: Pick<FileProvisionerConfig, 'source' | 'sources'>): readonly string[] {
  return namedSources(config).map(({ source }) => source);
}
