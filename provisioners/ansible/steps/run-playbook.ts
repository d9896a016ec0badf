import { join } from 'node:path';
import { CommandError, KilnError, type GuestAddress, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { runProgram } from '../../../plugins/sdk/host.ts';
import { writeTemporaryFile } from '../../../plugins/sdk/files.ts';
import { buildFacts } from '../../_ansible/build-facts.ts';
import { hideVariables } from '../../_ansible/hide-variables.ts';
import type { AnsibleProvisionerConfig } from '../config.gen.ts';
import { askPassEnvironment, type ConnectionFiles } from '../../_ssh-client/client-options.ts';
import { environmentOf } from '../environment.ts';
import { playReader, type PlayReader } from '../../_ansible/play-reader.ts';
import type { Workspace } from '../../_ssh-client/make-workspace.ts';

export interface Play {
  readonly config: AnsibleProvisionerConfig;
  readonly guest: GuestAddress;
  readonly workspace: Workspace;
  readonly files: ConnectionFiles;
  readonly inventories: readonly string[];
  /** What the proxy could not do for Ansible; undefined without one. */
  readonly failure: () => unknown;
}

const UNREACHABLE = 4;

async function argumentsFor({ config, workspace, inventories }: Play, run: ProvisionRun): Promise<readonly string[]> {
  let written = 0;
  const writeVariables = async (text: string): Promise<string> => {
    const path = join(workspace.directory, `variables-${(written += 1)}.json`);
    await writeTemporaryFile(path, text);
    return path;
  };
  const forSsh = config.ansible_ssh_extra_args ?? [];
  const given = config.extra_arguments ?? [];
  const hidden = await hideVariables(given, { writeFile: writeVariables, warn: (message) => run.warn(message) });
  return [
    '-e',
    buildFacts(run),
    ...(forSsh.length === 0 ? [] : [`--ssh-extra-args=${forSsh.join(' ')}`]),
    ...given.map((argument, index) => hidden[index] ?? argument),
    ...inventories.flatMap((path) => ['-i', path]),
    config.playbook_file,
  ];
}

function failed(cause: CommandError, { config, guest, failure }: Play, reader: PlayReader): CommandError {
  const { exitStatus, outputTail } = cause;
  const details = {
    cause: failure() ?? cause,
    ...(exitStatus === undefined ? {} : { exitStatus }),
    ...(outputTail === undefined ? {} : { outputTail }),
  };
  // The status alone does not tell: a playbook that Ansible cannot read ends with the same.
  if (exitStatus === UNREACHABLE && reader.unreachable()) {
    const lost = failure();
    if (lost instanceof KilnError) {
      const message = `playbook ${config.playbook_file}: the proxy lost the guest: ${lost.message}`;
      return new CommandError(message, { ...details, code: 'ANSIBLE_UNREACHABLE' });
    }
    return new CommandError(
      `playbook ${config.playbook_file}: Ansible cannot reach ${guest.user}@${guest.host}:${guest.port}`,
      {
        ...details,
        code: 'ANSIBLE_UNREACHABLE',
        hint: 'Ansible logs in by itself: it needs a key, an agent or a password that its own SSH client can use',
      },
    );
  }
  const failedTask = reader.failedTask();
  const what =
    failedTask === undefined ? `ended with status ${String(exitStatus)}` : `failed at the task "${failedTask}"`;
  return new CommandError(`playbook ${config.playbook_file} ${what}`, {
    ...details,
    code: 'ANSIBLE_FAILED',
    pointer: '/playbook_file',
  });
}

/** Throws `CommandError` ANSIBLE_FAILED or ANSIBLE_UNREACHABLE, and what `runProgram` throws. */
export async function runPlaybook(play: Play, run: ProvisionRun): Promise<void> {
  const { config, workspace, files } = play;
  const reader = playReader();
  const connection = {
    ANSIBLE_SSH_CONTROL_PATH_DIR: workspace.sockets,
    ...askPassEnvironment(files),
  };
  run.say(`running playbook: ${config.playbook_file}`);
  try {
    await runProgram(config.command, await argumentsFor(play, run), {
      signal: run.signal,
      env: { ...connection, ...environmentOf(config) },
      onLine: (stream, line) => {
        reader.read(line);
        run.output(stream, line);
      },
    });
  } catch (error) {
    if (error instanceof CommandError && error.code === 'PROGRAM_MISSING') throw error.at('/command');
    if (!(error instanceof CommandError) || error.code !== 'PROGRAM_FAILED') throw error;
    throw failed(error, play, reader);
  }
}
