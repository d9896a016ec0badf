import { checkAccess } from '../../builders/_googlecompute/credentials/check-access.ts';
import { checkImage } from '../../builders/_googlecompute/checks/check-image.ts';
import { errorAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import type { GooglecomputeImportPostProcessorConfig } from './config.gen.ts';

type Config = GooglecomputeImportPostProcessorConfig;

function checkBucket({ bucket }: Config): readonly Diagnostic[] {
  if (!/^gs:|\//.test(bucket)) return [];
  const hint = 'the name alone; what comes after it is gcs_object_name';
  return [errorAt('GOOGLE_IMPORT', '/bucket', `${JSON.stringify(bucket)} is no name of a bucket`, { hint })];
}

function checkObject({ gcs_object_name: name }: Config): readonly Diagnostic[] {
  if (name === undefined || !/^\/|^gs:/.test(name)) return [];
  const hint = 'it has no slash in front, and the bucket is named by "bucket"';
  return [errorAt('GOOGLE_IMPORT', '/gcs_object_name', `${JSON.stringify(name)} is no name of an object`, { hint })];
}

/** What the schema cannot say. */
export function prepare(config: Config, context: PrepareContext): readonly Diagnostic[] {
  return [
    ...checkAccess(config, context),
    ...checkImage(config, context),
    ...checkBucket(config),
    ...checkObject(config),
  ];
}
