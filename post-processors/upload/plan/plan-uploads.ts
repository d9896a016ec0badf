import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { StepError, type Artifact, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import type { UploadPostProcessorConfig } from '../config.gen.ts';
import type { Mark, UploadFile } from '../targets/store.ts';
import { chooseFiles } from './choose-files.ts';
import { parseTarget, type TargetUrl } from './target-url.ts';

export type TargetOptions = UploadPostProcessorConfig['targets'][number];

/** A target with the files that go to it. All of them are on one server. */
export interface PlannedTarget {
  /** Pointer of the target in the configuration. */
  readonly pointer: string;
  readonly options: TargetOptions;
  readonly url: TargetUrl;
  readonly files: readonly UploadFile[];
}

function wrongUrl(text: string, pointer: string): StepError {
  return new StepError(`${JSON.stringify(text)} is no place to upload to`, {
    code: 'UPLOAD_URL',
    pointer,
    hint: 'write scheme://place/path',
  });
}

/** Where one file goes; a directory gets it under its own name. */
function placeOf(path: string, target: TargetOptions, pointer: string, run: PostProcessRun): TargetUrl {
  const Name = basename(path);
  const Extension = extname(Name);
  const { buildName: BuildName, builderType: BuilderType } = run;
  const fields = { Name, Extension, Stem: basename(Name, Extension), BuildName, BuilderType };
  const text = run.render(target.url, fields, pointer);
  const url = parseTarget(text);
  if (url === undefined) throw wrongUrl(text, pointer);
  return url.path === '' || url.path.endsWith('/') ? { ...url, path: `${url.path || '/'}${Name}` } : url;
}

/** Uploads are of one series when the same words of a template made them for builds of one name. */
function markOf(target: TargetOptions, run: PostProcessRun): Mark {
  const series = createHash('sha256')
    .update(JSON.stringify([run.buildName, target.url]))
    .digest('hex')
    .slice(0, 16);
  return { series, run: run.runId, time: run.runStarted };
}

async function planTarget(
  options: TargetOptions,
  pointer: string,
  artifact: Artifact,
  config: UploadPostProcessorConfig,
  run: PostProcessRun,
): Promise<PlannedTarget> {
  const own = options.files !== undefined;
  const paths = await chooseFiles(artifact, options.files ?? config.files, own ? `${pointer}/files` : '/files');
  const mark = markOf(options, run);
  const planned = await Promise.all(
    paths.map(async (path) => {
      const url = placeOf(path, options, `${pointer}/url`, run);
      const { size } = await stat(path).catch((cause: unknown) => {
        throw new StepError(`cannot read ${path}`, { code: 'UPLOAD_FILE', cause });
      });
      return { url, file: { path, size, name: url.path, mark } };
    }),
  );
  const [first] = planned;
  if (first === undefined) throw new StepError('there is nothing to upload', { code: 'UPLOAD_NO_FILES' });
  const stray = planned.find(({ url }) => url.authority !== first.url.authority || url.scheme !== first.url.scheme);
  if (stray !== undefined) {
    throw new StepError('the files of one target go to different servers', {
      code: 'UPLOAD_URL',
      pointer: `${pointer}/url`,
      hint: 'write a target for each, with "files"',
    });
  }
  return { pointer, options, url: first.url, files: planned.map(({ file }) => file) };
}

/** Schemes whose targets take all files under one name. */
const together: readonly string[] = ['oci'];

/** The name by which two places are told apart. */
function nameOf({ url }: PlannedTarget, file: UploadFile): string {
  return `${url.scheme}://${url.authority}${file.name}`;
}

/** What goes where. Throws `StepError` when that is not clear: no files, no URL, two files with one name. */
export async function planUploads(
  artifact: Artifact,
  config: UploadPostProcessorConfig,
  run: PostProcessRun,
): Promise<readonly PlannedTarget[]> {
  const targets: PlannedTarget[] = [];
  const taken = new Map<string, string>();
  for (const [index, options] of config.targets.entries()) {
    const target = await planTarget(options, `/targets/${index}`, artifact, config, run);
    for (const file of together.includes(target.url.scheme) ? [] : target.files) {
      const name = nameOf(target, file);
      const other = taken.get(name);
      if (other !== undefined) {
        throw new StepError(`${basename(other)} and ${basename(file.path)} would both be ${name}`, {
          code: 'UPLOAD_SAME_NAME',
          pointer: `${target.pointer}/url`,
          hint: 'have {{.Name}} in the URL, or end it with a slash',
        });
      }
      taken.set(name, file.path);
    }
    targets.push(target);
  }
  return targets;
}
