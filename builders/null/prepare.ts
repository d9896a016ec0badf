import { errorAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import { checkCommunicator } from '../../plugins/sdk/guest.ts';
import type { NullBuilderConfig } from './config.gen.ts';

function given(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

/** A machine that Kiln did not make has no key of Kiln's: the template says where it is and how to log in. */
export function prepare(config: NullBuilderConfig, context: PrepareContext): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [...checkCommunicator(config, context)];
  // A plugin's way into guests says itself what it needs.
  if (config.communicator !== 'ssh' && config.communicator !== 'winrm') return diagnostics;
  const hostOption = `${config.communicator}_host` as const;
  if (!given(config[hostOption])) {
    diagnostics.push(
      errorAt('NULL_HOST_REQUIRED', '', `${hostOption} is required`, {
        hint: 'name the machine, or set "communicator": "none"',
      }),
    );
  }
  if (config.communicator === 'winrm') {
    if (given(config.winrm_password)) return diagnostics;
    return [...diagnostics, errorAt('NULL_ONE_LOGIN', '', 'winrm_password is required')];
  }
  const logins = [given(config.ssh_password), given(config.ssh_private_key_file), config.ssh_agent_auth];
  if (logins.filter(Boolean).length !== 1) {
    diagnostics.push(
      errorAt(
        'NULL_ONE_LOGIN',
        '',
        `exactly one way to log in is needed, ${logins.includes(true) ? 'several are' : 'none is'} given`,
        { hint: 'set one of ssh_password, ssh_private_key_file and ssh_agent_auth' },
      ),
    );
  }
  return diagnostics;
}
