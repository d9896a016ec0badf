import type { Configurations } from '../../clients/packer-plugin/index.ts';

/** What Packer tells a component about the build that it is for. */
export interface ToldOfBuild {
  readonly buildName: string;
  readonly builderType: string;
  readonly force: boolean;
  readonly debug: boolean;
}

/** The version that plugins are told: the one whose templates Kiln reads as they are. */
const PACKER_VERSION = '1.6.6';

/** Packer's stand-ins for what the function `build` tells, which provisioners and post-processors get to check their texts. */
const FACTS = [
  ...['ID', 'Host', 'Port', 'User', 'Password', 'ConnType', 'SSHPublicKey', 'SSHPrivateKey'],
  ...['PackerRunUUID', 'PackerHTTPIP', 'PackerHTTPPort', 'PackerHTTPAddr'],
];

function standIns(): Readonly<Record<string, string>> {
  const hint = 'To set this dynamically in the Packer template, you must use the `build` function';
  return {
    ...Object.fromEntries(FACTS.map((name) => [name, `Build_${name}. ${hint}`])),
    // Packer leaves this one to be filled in by its own text.
    WinRMPassword: '{{.WinRMPassword}}',
  };
}

/** A component's configuration as Packer hands it over: the template's, and what Packer says of the build. */
export function configurations(
  config: object,
  { buildName, builderType, force, debug }: ToldOfBuild,
  isBuilder: boolean,
): Configurations {
  const options = Object.entries(config).filter(([name]) => !name.startsWith('packer_'));
  const filled = Object.entries(config).filter(([name]) => name.startsWith('packer_'));
  const told = {
    packer_build_name: buildName,
    packer_builder_type: builderType,
    packer_core_version: PACKER_VERSION,
    packer_debug: debug,
    packer_force: force,
    packer_on_error: '',
    ...Object.fromEntries(filled),
  };
  const parts = [Object.fromEntries(options), told];
  return isBuilder ? parts : [...parts, standIns()];
}
