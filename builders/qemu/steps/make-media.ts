import type { BuildKey } from '../../../plugins/sdk/keys.ts';
import { join } from 'node:path';
import { aboutOption, type BuildRun, type RenderData } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { layOut } from '../media/lay-out.ts';
import { gather } from '../media/medium.ts';
import { makeCd, makeFloppy } from '../media/programs.ts';
import { hasCd, hasFloppy } from '../media/wanted.ts';
import type { GuestHttp } from './serve-http.ts';

/** Images of the media that the template describes. */
export interface Media {
  readonly cd: string | undefined;
  readonly floppy: string | undefined;
}

export interface MediaContext {
  readonly name: string;
  readonly http: GuestHttp;
  readonly key: BuildKey | undefined;
}

const CD_OPTIONS = ['cd_files', 'cd_content'] as const;
const FLOPPY_OPTIONS = ['floppy_files', 'floppy_dirs', 'floppy_content'] as const;

/** Pointer to the option that fills a medium, to the first of several. */
function firstGiven(config: QemuBuilderConfig, options: readonly (keyof QemuBuilderConfig)[]): string {
  return `/${options.find((option) => config[option] !== undefined) ?? ''}`;
}

function renderAll(
  option: 'cd_content' | 'floppy_content',
  config: QemuBuilderConfig,
  data: RenderData,
  build: BuildRun,
): Record<string, string> {
  const texts = Object.entries(config[option] ?? {});
  return Object.fromEntries(texts.map(([path, text]) => [path, build.render(text, data, `/${option}`)]));
}

async function cdImage(
  config: QemuBuilderConfig,
  data: RenderData,
  directory: string,
  build: BuildRun,
): Promise<string> {
  const files = { option: 'cd_files', paths: config.cd_files ?? [], layout: 'tree' } as const;
  const medium = await gather([files], renderAll('cd_content', config, data, build), (text) => build.warn(text));
  const tree = join(directory, 'cd');
  const image = join(directory, 'cd.iso');
  await layOut(medium, tree);
  await makeCd(tree, config.cd_label, image, build.signal);
  build.say(`made a CD labelled ${config.cd_label} with ${medium.files.size} files`);
  return image;
}

async function floppyImage(
  config: QemuBuilderConfig,
  data: RenderData,
  directory: string,
  build: BuildRun,
): Promise<string> {
  const sources = [
    { option: 'floppy_files', paths: config.floppy_files ?? [], layout: 'flat' },
    { option: 'floppy_dirs', paths: config.floppy_dirs ?? [], layout: 'named tree' },
  ] as const;
  const medium = await gather(sources, renderAll('floppy_content', config, data, build), (text) => build.warn(text));
  const tree = join(directory, 'floppy');
  const image = join(directory, 'floppy.img');
  await layOut(medium, tree);
  const inRoot = [...medium.directories, ...medium.files.keys()].filter((path) => !path.includes('/'));
  await makeFloppy(tree, inRoot, config.floppy_label, image, build.signal);
  build.say(`made a floppy labelled ${config.floppy_label} with ${medium.files.size} files`);
  return image;
}

/** Makes the CD and the floppy. Throws `StepError` and `CommandError`. */
export async function makeMedia(
  config: QemuBuilderConfig,
  { name, http, key }: MediaContext,
  build: BuildRun,
): Promise<Media> {
  const data = {
    HTTPIP: http.seenByGuest.ip,
    HTTPPort: http.seenByGuest.port,
    Name: name,
    SSHPublicKey: key?.publicKey ?? '',
  };
  const directory = await build.temporaryDirectory();
  const cd = (): Promise<string> => cdImage(config, data, directory, build);
  const floppy = (): Promise<string> => floppyImage(config, data, directory, build);
  return {
    cd: hasCd(config) ? await aboutOption(firstGiven(config, CD_OPTIONS), cd) : undefined,
    floppy: hasFloppy(config) ? await aboutOption(firstGiven(config, FLOPPY_OPTIONS), floppy) : undefined,
  };
}
