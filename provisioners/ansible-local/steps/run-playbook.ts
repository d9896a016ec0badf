import { CommandError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { shellWord } from '../../../plugins/sdk/guest.ts';
import { playReader } from '../../_ansible/play-reader.ts';
import { runInGuest } from './run-in-guest.ts';
import type { Play } from './write-plays.ts';

const NOT_FOUND = 127;

/** Throws `CommandError` ANSIBLE_MISSING or ANSIBLE_FAILED. */
export async function runPlaybook(play: Play, staging: string, run: ProvisionRun): Promise<void> {
  const tasks = playReader();
  run.say(`running playbook: ${play.playbook}`);
  const command = `cd ${shellWord(staging)} && . ./${play.script}`;
  const { exitStatus, outputTail } = await runInGuest(command, run, (line) => tasks.read(line));
  if (exitStatus === 0) return;
  const details = { outputTail, ...(exitStatus === undefined ? {} : { exitStatus }) };
  if (exitStatus === NOT_FOUND) {
    throw new CommandError('the guest has no Ansible', {
      ...details,
      code: 'ANSIBLE_MISSING',
      pointer: '/command',
      hint: 'install ansible-core in the guest first, or set "command" to where it is',
    });
  }
  const task = tasks.failedTask();
  const what =
    task === undefined ? `ended with status ${String(exitStatus ?? 'unknown')}` : `failed at the task "${task}"`;
  throw new CommandError(`playbook ${play.playbook} ${what}`, {
    ...details,
    code: 'ANSIBLE_FAILED',
    pointer: play.pointer,
  });
}
