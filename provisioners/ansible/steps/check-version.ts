import { CommandError, StepError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { runProgram } from '../../../plugins/sdk/host.ts';
import type { AnsibleProvisionerConfig } from '../config.gen.ts';
import { environmentOf } from '../environment.ts';

const OLDEST = [2, 11] as const;
const HINT = 'install the package ansible-core, or set "command" to where ansible-playbook is';

function isOld(major: number, minor: number): boolean {
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

/** Throws `CommandError` ANSIBLE_MISSING or ANSIBLE_BROKEN, `StepError` ANSIBLE_TOO_OLD. */
export async function checkVersion(config: AnsibleProvisionerConfig, run: ProvisionRun): Promise<void> {
  const { signal } = run;
  const env = environmentOf(config);
  const { stdout } = await runProgram(config.command, ['--version'], { signal, env }).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    const details = { hint: HINT, cause: error, outputTail: error.outputTail ?? '' };
    if (error.code === 'PROGRAM_MISSING')
      throw new CommandError(error.message, { ...details, code: 'ANSIBLE_MISSING', pointer: '/command' });
    throw new CommandError(`${config.command} does not tell its version`, {
      ...details,
      code: 'ANSIBLE_BROKEN',
      pointer: '/command',
    });
  });
  const [first = ''] = stdout.split('\n');
  run.say(first.trim());
  const version = /(\d+)\.(\d+)/.exec(first);
  // What wraps Ansible may name itself otherwise.
  if (version === null || !isOld(Number(version[1]), Number(version[2]))) return;
  throw new StepError(`Ansible ${version[0]} is too old: Kiln needs ${OLDEST.join('.')} or newer`, {
    code: 'ANSIBLE_TOO_OLD',
    pointer: '/command',
    hint: '"skip_version_check": true tries it all the same',
  });
}
