import { expandHome } from '../../plugins/sdk/files.ts';
import { errorAt, warningAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import type { SignPostProcessorConfig } from './config.gen.ts';

type Config = SignPostProcessorConfig;
type Method = Config['methods'][number];

/** The key file of each method that reads one itself. */
const keyOptions = {
  ssh: 'ssh_key_file',
  minisign: 'minisign_key_file',
  cosign: 'cosign_key_file',
} as const;

/** Options without a default; what is given for a method that is not asked for does nothing. */
const ownOptions = [
  'gpg_key',
  'gpg_home',
  'gpg_passphrase',
  'ssh_key_file',
  'ssh_passphrase',
  'minisign_password',
  'minisign_comment',
  'cosign_key_file',
  'cosign_password',
] as const;

function keyFileOf(method: keyof typeof keyOptions, config: Config, context: PrepareContext): readonly Diagnostic[] {
  const option = keyOptions[method];
  const path = config[option];
  if (path === undefined) return [errorAt('SIGN_KEY', '/methods', `${method} needs ${option}`)];
  if (context.statPath(expandHome(path)) === 'file') return [];
  return [
    errorAt('SIGN_KEY', `/${option}`, `there is no file ${path}`, { hint: `${option} names the key that signs` }),
  ];
}

function idleOptions(config: Config): readonly Diagnostic[] {
  const methods: readonly Method[] = config.methods;
  return ownOptions
    .filter((name) => config[name] !== undefined && !methods.some((method) => name.startsWith(`${method}_`)))
    .map((name) => {
      const method = name.slice(0, name.indexOf('_'));
      return warningAt('SIGN_METHOD', `/${name}`, `${name} does nothing, because methods does not have ${method}`);
    });
}

function clashing({ methods, gpg_format }: Config): readonly Diagnostic[] {
  if (gpg_format !== 'sig' || !methods.includes('gpg') || !methods.includes('ssh')) return [];
  const hint = 'leave gpg_format out: text signatures end in .asc';
  return [
    errorAt('SIGN_METHOD', '/gpg_format', 'signatures of gpg and of ssh would have the same name, .sig', { hint }),
  ];
}

export function prepare(config: Config, context: PrepareContext): readonly Diagnostic[] {
  const keyed = (['ssh', 'minisign', 'cosign'] as const).filter((method) => config.methods.includes(method));
  return [
    ...keyed.flatMap((method) => keyFileOf(method, config, context)),
    ...idleOptions(config),
    ...clashing(config),
    ...(/[\r\n]/.test(config.minisign_comment ?? '')
      ? [errorAt('SIGN_METHOD', '/minisign_comment', 'a comment of minisign is one line')]
      : []),
  ];
}
