import { recallLogin, type LoginOptions } from '../../builders/_googlecompute/credentials/login-options.ts';
import { readLocator } from '../../plugins/sdk/cloud.ts';
import { StepError, type Artifact } from '../../plugins/sdk/index.ts';
import type { GooglecomputeExportPostProcessorConfig } from './config.gen.ts';

type Config = GooglecomputeExportPostProcessorConfig;

/** The image that is exported. */
export interface MadeImage {
  readonly project: string;
  readonly name: string;
  /** In which it was built; empty when nobody says so. */
  readonly zone: string;
}

/** The image that `artifactOf` of the family has made a result of. Throws `StepError` GOOGLE_EXPORT_ARTIFACT. */
export function sourceImage({ properties, builderId }: Artifact): MadeImage {
  const said = readLocator(properties);
  const [name, project, zone] = [said.text('image'), said.text('project'), said.text('BuildZone')];
  if (name !== '' && project !== '') return { name, project, zone };
  throw new StepError(`the result of ${builderId} is no image of Compute Engine`, {
    code: 'GOOGLE_EXPORT_ARTIFACT',
    hint: 'googlecompute-export comes after the builder googlecompute, or after googlecompute-import',
  });
}

const IDENTITIES = [
  'access_token',
  'account_file',
  'credentials_file',
  'credentials_json',
  'vault_gcp_oauth_engine',
  'impersonate_service_account',
] as const;

/** As the post-processor's options say it; when they name nobody, the way by which the image was made. */
export function loginFor(config: Config, given: LoginOptions, { properties }: Artifact): LoginOptions {
  if (IDENTITIES.some((name) => config[name] !== undefined)) return given;
  const made = recallLogin(properties['access']);
  return given.custom_endpoints === undefined ? made : { ...made, custom_endpoints: given.custom_endpoints };
}
