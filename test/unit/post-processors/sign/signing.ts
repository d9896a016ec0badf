import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Artifact } from '../../../../plugins/sdk/index.ts';
import { builtin } from '../../../../plugins/builtin.ts';
import { checkFile, type Verdict } from '../../../../core/cli/verify/check-file.ts';
import { readTrust, type TrustFlags } from '../../../../core/cli/verify/trust.ts';
import { postProcess } from '../../../../post-processors/sign/run.ts';
import type { SignPostProcessorConfig } from '../../../../post-processors/sign/config.gen.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { artifactOf, madeBy, postProcessRun, type WorkingDirectory } from '../../../support/post-process-run.ts';

export const run: (
  program: string,
  args: readonly string[],
  options?: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string },
) => Promise<{ stdout: string; stderr: string }> = promisify(execFile);

/** Two files of an artifact: `out/disk.img` and `out/seed.iso`. */
export async function makeFiles(work: WorkingDirectory): Promise<readonly [string, string]> {
  await mkdir('out');
  const files = [join(work.path, 'out/disk.img'), join(work.path, 'out/seed.iso')] as const;
  await writeFile(files[0], Buffer.alloc(3_000_001, 'kiln'));
  await writeFile(files[1], '');
  return files;
}

export function configOf(options: Partial<SignPostProcessorConfig>): SignPostProcessorConfig {
  return componentConfig('post-processors/sign', options);
}

/** Signs and gives the new artifact. */
export async function signAll(
  files: readonly string[],
  options: Partial<SignPostProcessorConfig>,
): Promise<Artifact | undefined> {
  const around = postProcessRun();
  try {
    return madeBy(await postProcess(artifactOf(files), configOf(options), around));
  } finally {
    await around.scope.releaseAll();
  }
}

/** What `kiln verify` finds. */
export async function verifyFile(
  file: string,
  flags: Partial<TrustFlags> = {},
  signature?: string,
): Promise<readonly Verdict[]> {
  const verifiers = await Promise.all(Object.values(builtin.verifiers).map((entry) => entry.load()));
  const said = { keys: [], allowedSigners: undefined, identity: undefined, namespace: 'file', ...flags };
  const trustOf = await readTrust(said, verifiers);
  return checkFile(file, signature, { verifiers, trustOf, signal: new AbortController().signal });
}
