import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stageOutput } from '../../plugins/sdk/host.ts';
import { aboutOption, type Artifact, type PostProcessed, type PostProcessRun } from '../../plugins/sdk/index.ts';
import { fileFailure } from '../_shared/file-failure.ts';
import { rewriteFile } from '../_shared/rewrite-file.ts';
import { shownPath } from '../_shared/shown-path.ts';
import { addToCatalogue } from './catalogue.ts';
import type { VagrantPostProcessorConfig } from './config.gen.ts';
import { layouts } from './layout.ts';
import { catalogueLock } from './lock.ts';
import { architectureOf, pointerOf, providerOf, settingsFor, type Provider, type Settings } from './settings.ts';
import { convertDisks } from './steps/convert-disks.ts';
import { gatherMembers, readNamed } from './steps/gather-members.ts';
import { writeBox } from './steps/write-box.ts';

type Config = VagrantPostProcessorConfig;

/** What `output` and `box_url` may name. */
type Names = Readonly<Record<'ArtifactId' | 'Architecture' | 'BuildName' | 'Provider', string>>;

async function vagrantfileOf(
  config: Config,
  settings: Settings,
  provider: Provider,
  uefiOnly: boolean,
  { signal }: PostProcessRun,
): Promise<string> {
  const own = layouts[provider].vagrantfile(uefiOnly);
  const path = settings.vagrantfile_template;
  if (path === undefined) return own;
  const template = await readNamed(path, pointerOf(config, provider, 'vagrantfile_template'), signal);
  return `${own}\n# From ${basename(path)}:\n${template}`;
}

/** Writes the box to `output` and gives its SHA-256. */
async function makeBox(
  input: Artifact,
  config: Config,
  output: string,
  names: Names,
  run: PostProcessRun,
): Promise<string> {
  const provider = providerOf(config);
  const settings = settingsFor(config, provider);
  const layout = layouts[provider];
  const disks = input.disks ?? [];
  const uefiOnly = disks[0]?.firmware?.join() === 'uefi';
  if (uefiOnly && layout.format === 'qcow2') {
    run.warn(`the disk boots with UEFI alone: let vagrantfile_template tell ${provider} which firmware to take`);
  }
  const pointer = pointerOf(config, provider, 'output');
  const place = await realpath(output).catch(() => output);
  const staged = await aboutOption(pointer, () => stageOutput(run, place, { force: true, inputs: input.files }));
  // Beside the box, where there is room for disks; it goes with the stage.
  const work = join(dirname(staged.path), '.contents');
  await mkdir(work);
  const converted = await convertDisks(disks, layout, work, run);
  const texts = {
    'metadata.json': `${JSON.stringify(layout.metadata(converted, names.Architecture))}\n`,
    Vagrantfile: await vagrantfileOf(config, settings, provider, uefiOnly, run),
    ...layout.files(run.buildName, converted, uefiOnly),
  };
  const include = { include: settings.include ?? [], includePointer: pointerOf(config, provider, 'include') };
  const members = await gatherMembers(converted, { texts, ...include }, work, run.signal);
  run.say(`packing ${shownPath(output)} for ${provider}`);
  const digest = await writeBox(members, settings.compression_level, staged.path, run);
  await aboutOption(pointer, () => staged.publish());
  return digest;
}

/** Puts the box into the catalogue that the options name. */
async function enterBox(
  catalogue: string,
  config: Config,
  output: string,
  names: Names,
  checksum: string,
  run: PostProcessRun,
): Promise<string> {
  const { box_name: name = '', box_version: version = '', box_description: description, box_url: said } = config;
  const url =
    said === undefined
      ? pathToFileURL(output).href
      : run.render(said, { ...names, Name: basename(output) }, '/box_url');
  const entry = {
    name,
    version,
    description,
    url,
    checksum,
    provider: names.Provider,
    architecture: names.Architecture,
  };
  const path = resolve(catalogue);
  const add = (existing: string | undefined): string => addToCatalogue(existing, entry, shownPath(path));
  await aboutOption('/catalogue', () => rewriteFile(path, add, { kind: catalogueLock, mode: 0o644 }, run));
  return path;
}

export async function postProcess(input: Artifact, config: Config, run: PostProcessRun): Promise<PostProcessed> {
  const provider = providerOf(config);
  const settings = settingsFor(config, provider);
  const [disk] = input.disks ?? [];
  const Architecture = architectureOf(settings, disk ?? { path: '', format: '', virtualSize: 0 });
  const names: Names = { ArtifactId: input.id, Architecture, BuildName: run.buildName, Provider: provider };
  const pointer = pointerOf(config, provider, 'output');
  const output = resolve(run.render(settings.output, names, pointer));
  const checksum = await makeBox(input, config, output, names, run).catch((error: unknown) => {
    throw fileFailure(`cannot write ${shownPath(output)}`, 'OUTPUT_NOT_WRITTEN', error, run.signal, pointer);
  });
  const { catalogue } = config;
  const entered = catalogue === undefined ? [] : [await enterBox(catalogue, config, output, names, checksum, run)];
  const artifact: Artifact = {
    builderId: 'mitchellh.post-processor.vagrant',
    id: provider,
    description: `'${provider}' provider box: ${shownPath(output)}`,
    files: [output, ...entered],
    properties: { provider, sha256: checksum },
  };
  return { artifact, input: 'discard' };
}
