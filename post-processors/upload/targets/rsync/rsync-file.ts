import { Writable } from 'node:stream';
import { expandHome } from '../../../../plugins/sdk/files.ts';
import { runProgram } from '../../../../plugins/sdk/host.ts';
import { CommandError } from '../../../../plugins/sdk/index.ts';
import type { TargetOptions } from '../../plan/plan-uploads.ts';
import type { TargetUrl } from '../../plan/target-url.ts';
import { interrupted, refused } from '../../../_transfer/failure.ts';
import type { UploadFile } from '../store.ts';

/** Exit statuses of rsync, and of the ssh below it, that are of the connection. */
const OF_THE_CONNECTION: readonly (number | undefined)[] = [10, 12, 30, 35, 255];

/** A word for rsync, which cuts the command at spaces that stand in no quotes. */
function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `"${word.replaceAll('"', '""')}"`;
}

/** The ssh that rsync is to call. */
export function sshCommand({ port = 22 }: TargetUrl, options: TargetOptions, silence: number): string {
  const { ssh_private_key_file: key, ssh_known_hosts_file: known } = options;
  const seconds = Math.max(1, Math.ceil(silence / 1000));
  const settings = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `ConnectTimeout=${seconds}`,
    `ServerAliveInterval=${Math.max(1, Math.floor(seconds / 3))}`,
    ...(known === undefined ? [] : [`UserKnownHostsFile=${expandHome(known)}`]),
    ...(key === undefined ? [] : ['IdentitiesOnly=yes']),
  ];
  const words = ['ssh', '-p', String(port), ...settings.flatMap((each) => ['-o', each])];
  return [...words, ...(key === undefined ? [] : ['-i', expandHome(key)])].map(quoted).join(' ');
}

/** Reads how many bytes rsync says have gone. */
function progressReader(onBytes: (count: number) => void): Writable {
  let told = 0;
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      const [, bytes] = [...chunk.toString('latin1').matchAll(/([\d,]+) +\d+%/g)].at(-1) ?? [];
      const now = Number(bytes?.replaceAll(',', '') ?? told);
      onBytes(now - told);
      told = now;
      done();
    },
  });
}

/** Has rsync write a file at a path; what is there of it already is not sent again. */
export async function rsyncFile(
  url: TargetUrl,
  options: TargetOptions,
  silence: number,
  place: { readonly file: UploadFile; readonly path: string },
  onBytes: (count: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { file, path } = place;
  const host = url.host.includes(':') ? `[${url.host}]` : url.host;
  const to = `${url.user === '' ? '' : `${url.user}@`}${host}:${path}`;
  const how = ['--inplace', '--partial', '--protect-args', '--info=progress2', '--no-human-readable'];
  const args = [...how, `--timeout=${Math.max(1, Math.ceil(silence / 1000))}`, '-e', sshCommand(url, options, silence)];
  try {
    await runProgram('rsync', [...args, '--', file.path, to], { signal, stdoutTo: progressReader(onBytes) });
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'PROGRAM_FAILED') throw error;
    const lines = (error.outputTail ?? '').trim().split('\n');
    const message = `rsync to ${host}: ${lines.at(0) ?? error.message}`;
    throw OF_THE_CONNECTION.includes(error.exitStatus)
      ? interrupted(message, error)
      : refused(message, undefined, error);
  }
}
