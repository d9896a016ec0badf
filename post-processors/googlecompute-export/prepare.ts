import { checkAccess } from '../../builders/_googlecompute/credentials/check-access.ts';
import { errorAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import type { GooglecomputeExportPostProcessorConfig } from './config.gen.ts';
import { readPlace } from './places.ts';

type Config = GooglecomputeExportPostProcessorConfig;

function checkPaths({ paths }: Config): readonly Diagnostic[] {
  return paths.flatMap((text, index) => {
    const pointer = `/paths/${index}`;
    // What a template writes there is known only when it is filled in.
    if (text.startsWith('{{')) return [];
    const hint = 'such as gs://bucket/web.tar.gz';
    if (readPlace(text) === undefined) {
      return [errorAt('GOOGLE_EXPORT', pointer, `${JSON.stringify(text)} is no object of Cloud Storage`, { hint })];
    }
    if (paths.indexOf(text) === index) return [];
    return [errorAt('GOOGLE_EXPORT', pointer, `${text} is named twice`, { hint: 'leave one of them out' })];
  });
}

/** What the schema cannot say. */
export function prepare(config: Config, context: PrepareContext): readonly Diagnostic[] {
  return [...checkAccess(config, context), ...checkPaths(config)];
}
