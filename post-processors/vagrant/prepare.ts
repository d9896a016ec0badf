import { basename } from 'node:path';
import { errorAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import { expandHome } from '../../plugins/sdk/files.ts';
import type { VagrantPostProcessorConfig } from './config.gen.ts';
import { pointerOf, providerOf, settingsFor } from './settings.ts';

/** Files that a box has of its own. */
const OWN_FILE = /^(Vagrantfile|metadata\.json|box(_\d+)?\.img|box\.ovf|box-disk\d+\.vmdk)$/;

function files(config: VagrantPostProcessorConfig, context: PrepareContext): readonly Diagnostic[] {
  const provider = providerOf(config);
  const settings = settingsFor(config, provider);
  const found: Diagnostic[] = [];
  const template = settings.vagrantfile_template;
  if (template !== undefined && !settings.vagrantfile_template_generated) {
    if (context.statPath(expandHome(template)) !== 'file') {
      const hint = 'when the build makes it, set vagrantfile_template_generated';
      const pointer = pointerOf(config, provider, 'vagrantfile_template');
      found.push(errorAt('VAGRANT_FILE', pointer, `there is no file ${template}`, { hint }));
    }
  }
  const include = pointerOf(config, provider, 'include');
  const names = new Set<string>();
  for (const [index, path] of (settings.include ?? []).entries()) {
    const name = basename(path);
    const pointer = `${include}/${index}`;
    if (OWN_FILE.test(name)) found.push(errorAt('VAGRANT_FILE', pointer, `a box has a ${name} of its own`));
    else if (names.has(name)) found.push(errorAt('VAGRANT_FILE', pointer, `there are two files called ${name}`));
    names.add(name);
  }
  return found;
}

function catalogue(config: VagrantPostProcessorConfig): readonly Diagnostic[] {
  if (config.catalogue === undefined) {
    return (['box_name', 'box_version', 'box_description', 'box_url'] as const)
      .filter((name) => config[name] !== undefined)
      .map((name) =>
        errorAt('VAGRANT_CATALOGUE', `/${name}`, `${name} is said in a catalogue, and there is none`, {
          hint: 'set catalogue',
        }),
      );
  }
  return (['box_name', 'box_version'] as const)
    .filter((name) => config[name] === undefined)
    .map((name) => errorAt('VAGRANT_CATALOGUE', '/catalogue', `a catalogue needs ${name}`));
}

export function prepare(config: VagrantPostProcessorConfig, context: PrepareContext): readonly Diagnostic[] {
  return [...files(config, context), ...catalogue(config)];
}
