import type { FileProvisionerConfig } from './config.gen.ts';

/** What to copy, in order. */
export function sourcesOf(config: Pick<FileProvisionerConfig, 'source' | 'sources'>): readonly string[] {
  const single = config.source === undefined ? [] : [config.source];
  return [...single, ...(config.sources ?? [])];
}
