import { CommandError, defineProvisioner, errorAt, type ProvisionRun, type Provisioner } from 'kiln-sdk';
import { shellWord } from 'kiln-sdk/guest';

/** The options of schema.json after decoding: defaults are filled in, what is not given is left out. */
interface MotdConfig {
  readonly message: string;
  readonly path: string;
  readonly owner?: string;
}

async function provision({ message, path, owner }: MotdConfig, run: ProvisionRun): Promise<void> {
  const { communicator, signal } = run;
  run.say(`writing ${path}`);
  await communicator.upload({ content: `${message}\n` }, path, { signal, mode: 0o644 });
  if (owner === undefined) return;
  const { exitStatus, outputTail } = await communicator.exec(`chown ${shellWord(owner)} ${shellWord(path)}`, {
    signal,
    onLine: (stream, line) => run.output(stream, line),
  });
  if (exitStatus === 0) return;
  throw new CommandError(`${path} cannot be given to ${owner}`, {
    code: 'MOTD_OWNER',
    pointer: '/owner',
    hint: 'name a user that is there in the guest',
    outputTail,
    ...(exitStatus === undefined ? {} : { exitStatus }),
  });
}

export const provisioner: Provisioner<MotdConfig> = defineProvisioner({
  prepare: ({ path }) =>
    path.startsWith('/')
      ? []
      : [errorAt('MOTD_PATH', '/path', `path is ${JSON.stringify(path)}, which is not absolute`)],
  provision,
});
