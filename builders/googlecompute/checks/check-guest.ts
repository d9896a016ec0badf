import { expandHome } from '../../../plugins/sdk/files.ts';
import { errorAt, warningAt, type Diagnostic, type PrepareContext } from '../../../plugins/sdk/index.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import { STARTUP_SCRIPT } from '../startup/wrapper.ts';

type Diagnostics = readonly Diagnostic[];
type Context = Pick<PrepareContext, 'statPath'>;

function file(pointer: string, path: string, { statPath }: Context): Diagnostics {
  const kind = statPath(expandHome(path));
  if (kind === undefined) return [errorAt('GOOGLE_METADATA', pointer, `no file ${JSON.stringify(path)}`)];
  return kind === 'directory' ? [errorAt('GOOGLE_METADATA', pointer, `${JSON.stringify(path)} is a directory`)] : [];
}

function metadata(config: GooglecomputeBuilderConfig, context: Context): Diagnostics {
  const { metadata: given = {}, metadata_files: files = {}, startup_script_file: script } = config;
  const twice = Object.keys(files).filter((key) => given[key] !== undefined);
  const scripts = [
    ...(given[STARTUP_SCRIPT] === undefined ? [] : [`/metadata/${STARTUP_SCRIPT}`]),
    ...(files[STARTUP_SCRIPT] === undefined ? [] : [`/metadata_files/${STARTUP_SCRIPT}`]),
  ];
  return [
    ...Object.entries(files).flatMap(([key, path]) => file(`/metadata_files/${key}`, path, context)),
    ...twice.map((key) => warningAt('GOOGLE_METADATA', `/metadata/${key}`, `metadata_files has ${key}, too, and wins`)),
    ...(script === undefined ? [] : file('/startup_script_file', script, context)),
    ...(script === undefined
      ? []
      : scripts.map((pointer) => warningAt('GOOGLE_METADATA', pointer, 'startup_script_file is given, too, and wins'))),
  ];
}

function iap({ use_iap: wanted, communicator }: GooglecomputeBuilderConfig): Diagnostics {
  if (!wanted || communicator !== 'none') return [];
  const hint = 'leave use_iap out, or set communicator to ssh or winrm';
  return [
    errorAt('GOOGLE_ACCESS', '/use_iap', 'nobody connects to the guest, so there is nothing for IAP to do', { hint }),
  ];
}

/** What the schema cannot say of the way into the guest, and of its metadata. */
export function checkGuest(config: GooglecomputeBuilderConfig, context: Context): Diagnostics {
  return [...metadata(config, context), ...iap(config)];
}
