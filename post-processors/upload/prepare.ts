import { errorAt, type Diagnostic } from '../../plugins/sdk/index.ts';
import type { UploadPostProcessorConfig } from './config.gen.ts';
import type { TargetOptions } from './plan/plan-uploads.ts';
import { KINDS, schemeOf } from './plan/target-url.ts';
import { OPTIONS_OF_KIND } from './plan/options-of-kind.ts';

const FOR_ALL: readonly string[] = ['url', 'files', 'keep_last', 'post_upload_command'];

/** What stands before the host, with a password in it. */
const PASSWORD_IN_URL = /^[a-z][a-z0-9]*:\/\/[^/@]*:[^/]*@/i;

function checkTarget(target: TargetOptions, pointer: string): readonly Diagnostic[] {
  const { url } = target;
  const scheme = schemeOf(url);
  if (scheme === undefined) {
    // What a template writes there is known only when it is filled in.
    if (url.startsWith('{{')) return [];
    const hint = `it begins with ${Object.keys(KINDS).join('://, ')}://`;
    return [errorAt('UPLOAD_URL', `${pointer}/url`, `${JSON.stringify(url)} is no URL to upload to`, { hint })];
  }
  const found: Diagnostic[] = [];
  if (PASSWORD_IN_URL.test(url)) {
    const hint = 'write it as an option, where it counts as a secret';
    found.push(errorAt('UPLOAD_URL', `${pointer}/url`, 'the URL has a password in it', { hint }));
  }
  const known = [...FOR_ALL, ...OPTIONS_OF_KIND[KINDS[scheme]]];
  for (const option of Object.keys(target).filter((name) => !known.includes(name))) {
    const hint = known.length === FOR_ALL.length ? undefined : `it knows ${OPTIONS_OF_KIND[KINDS[scheme]].join(', ')}`;
    found.push(errorAt('UPLOAD_OPTION', `${pointer}/${option}`, `${option} means nothing to ${scheme}`, { hint }));
  }
  return found;
}

/** What the schema cannot say. */
export function prepare({ targets }: UploadPostProcessorConfig): readonly Diagnostic[] {
  return targets.flatMap((target, index) => checkTarget(target, `/targets/${index}`));
}
