import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, type ExecResult, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { guestLost, isGuestUnreachable } from '../../../plugins/sdk/guest.ts';
import type { Execution } from '../execution.ts';
import { commandText, runCommand, sendAndRun, sendAndRunCommand, type GuestPaths } from '../guest-command.ts';
import type { Script } from '../scripts.ts';

export interface StartOptions {
  readonly paths: GuestPaths;
  readonly execution: Execution;
  /** Leave the files in the guest. */
  readonly keep: boolean;
  /** The option that says where scripts are put, as a pointer. */
  readonly placePointer: string;
  /** Milliseconds. */
  readonly retryTimeout: number;
}

const PAUSE_MILLISECONDS = 500;

function isProgram(script: Buffer): boolean {
  return ['#!', '\x7FELF'].some((magic) => script.toString('latin1', 0, magic.length) === magic);
}

/** A guest whose commands have a terminal cannot take files from standard input: they are uploaded first. */
async function sendThenRun(script: Script, options: StartOptions, run: ProvisionRun): Promise<ExecResult> {
  const { paths, execution, keep } = options;
  const { communicator, signal } = run;
  const onLine = (stream: 'stdout' | 'stderr', line: string): void => run.output(stream, line);
  if (paths.variables !== undefined) {
    await communicator.upload({ content: execution.variables }, paths.variables, { signal, mode: 0o600 });
  }
  if (paths.command !== undefined) {
    const content = commandText(paths, execution.command ?? '');
    await communicator.upload({ content }, paths.command, { signal, mode: 0o600 });
  }
  await communicator.upload({ content: script.content }, paths.script, { signal, mode: 0o755 });
  return communicator.exec(runCommand(paths, keep), { signal, onLine });
}

async function sendAndRunAtOnce(script: Script, options: StartOptions, run: ProvisionRun): Promise<ExecResult> {
  const { paths, execution, keep } = options;
  const failureMark = `kiln-not-written-${crypto.randomUUID()}`;
  const readyMark = `kiln-ready-${crypto.randomUUID()}`;
  const variables = Buffer.from(execution.variables);
  const ownCommand = Buffer.from(commandText(paths, execution.command ?? ''));
  const sending = {
    paths,
    variableBytes: variables.length,
    commandBytes: ownCommand.length,
    scriptBytes: script.content.length,
    failureMark,
    readyMark,
    isProgram: isProgram(script.content),
  };
  const command =
    paths.command === undefined ? sendAndRun(sending, keep) : sendAndRunCommand(sending, paths.command, keep);
  // Once the guest is let run the script, it may have.
  const heard = { failed: false, started: false };
  const stdin = new PassThrough();
  stdin.write(Buffer.concat([variables, ownCommand, script.content]));
  const result = await run.communicator.exec(command, {
    signal: run.signal,
    stdin,
    onLine: (stream, line) => {
      if (line === failureMark) heard.failed = true;
      else if (line === readyMark) {
        heard.started = true;
        stdin.end('\n');
      } else run.output(stream, line);
    },
  });
  const outputTail = result.outputTail.replace(new RegExp(`(?:${failureMark}|${readyMark})\\r?\\n?`, 'g'), '');
  if (heard.started) return { ...result, outputTail };
  if (result.disconnected && !heard.failed) {
    throw guestLost(`the connection was lost while script ${script.label} was sent`);
  }
  throw new CommandError(`script ${script.label} cannot be written to ${paths.script} in the guest`, {
    code: 'SCRIPT_NOT_WRITTEN',
    pointer: heard.failed ? options.placePointer : script.pointer,
    outputTail: outputTail.trim(),
    hint: heard.failed
      ? 'is the file system full, or read-only? remote_folder names another directory'
      : 'the shell provisioner needs a guest with a POSIX shell',
  });
}

/**
 * Sends a script and runs it. While the guest cannot be reached it is tried again, for `retryTimeout`; a script that
 * was started is never started a second time. Throws what the communicator throws, and `CommandError`
 * SCRIPT_NOT_WRITTEN.
 */
export async function startScript(script: Script, options: StartOptions, run: ProvisionRun): Promise<ExecResult> {
  const deadline = performance.now() + options.retryTimeout;
  const once = run.communicator.terminal ? sendThenRun : sendAndRunAtOnce;
  for (;;) {
    try {
      return await once(script, options, run);
    } catch (error) {
      const left = deadline - performance.now();
      if (!isGuestUnreachable(error) || left <= 0 || run.signal.aborted) throw error;
      run.warn(`${error.message}; connecting again to begin it anew`);
      await delay(Math.min(PAUSE_MILLISECONDS, left), undefined, { signal: run.signal }).catch(() => undefined);
      await run.communicator.reconnect({ signal: run.signal, timeout: Math.max(1, deadline - performance.now()) });
    }
  }
}
