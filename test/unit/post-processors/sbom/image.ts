import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Disk, JsonObject } from '../../../../plugins/sdk/index.ts';
import type { SbomPostProcessorConfig } from '../../../../post-processors/sbom/config.gen.ts';
import { postProcess } from '../../../../post-processors/sbom/run.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { artifactOf, madeBy, postProcessRun, type TestRun } from '../../../support/post-process-run.ts';

export const start: (
  program: string,
  args: readonly string[],
  options?: { readonly env?: NodeJS.ProcessEnv },
) => Promise<{ stdout: string; stderr: string }> = promisify(execFile);

export const MIB: number = 1024 ** 2;

/** Writes files below a directory, by their paths. */
export async function writeTree(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** The system of this machine, as far as its packages are concerned. */
export async function copyThisSystem(root: string): Promise<void> {
  await mkdir(join(root, 'etc'), { recursive: true });
  await mkdir(join(root, 'var/lib/dpkg'), { recursive: true });
  await cp('/etc/os-release', join(root, 'etc/os-release'), { dereference: true });
  await cp('/var/lib/dpkg/status', join(root, 'var/lib/dpkg/status'));
}

/** What dpkg says is installed on this machine, "name version architecture" each. */
export async function installedHere(): Promise<readonly string[]> {
  const format = '${db:Status-Status}\t${Package} ${Version} ${Architecture}\n';
  const { stdout } = await start('dpkg-query', ['-W', '-f', format]);
  const lines = stdout.split('\n').filter((line) => /^(installed|triggers-)/.test(line));
  return lines.map((line) => line.slice(line.indexOf('\t') + 1)).sort();
}

/** An ext4 file system of what is in a directory. */
export async function makeExt4(root: string, image: string, mib = 64): Promise<void> {
  await start('mkfs.ext4', ['-q', '-F', '-d', root, image, `${mib}M`]);
}

export async function diskOf(path: string, format = 'raw'): Promise<Disk> {
  const virtualSize = format === 'raw' ? (await stat(path)).size : 0;
  return { path, format, virtualSize };
}

export interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

/** Runs the post-processor and gives its new files. */
export async function listPackages(
  disks: readonly Disk[],
  options: JsonObject = {},
  files: readonly string[] = disks.map(({ path }) => path),
  run: TestRun = postProcessRun(),
): Promise<readonly string[]> {
  const config = componentConfig<SbomPostProcessorConfig>('post-processors/sbom', options);
  const input = { ...artifactOf(files), ...(disks.length === 0 ? {} : { disks }) };
  try {
    return madeBy(await postProcess(input, config, run))?.files.slice(files.length) ?? [];
  } finally {
    await run.scope.releaseAll();
  }
}

/** The components of a CycloneDX document. */
export async function componentsOf(path: string | undefined): Promise<readonly Component[]> {
  return (JSON.parse(await readFile(path ?? '', 'utf8')) as { components: readonly Component[] }).components;
}

/** "name version architecture" each, as `installedHere`. */
export function lines(components: readonly Component[]): readonly string[] {
  return components
    .map(({ name, version, purl }) => `${name} ${version} ${/arch=([^&]+)/.exec(purl)?.[1] ?? ''}`)
    .sort();
}
