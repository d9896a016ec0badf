import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { endRestOfGroup } from './end-process.ts';
import { signalGroup, spawnProgram } from './spawn.ts';

/** Between the end of its input and SIGTERM, and between that and SIGKILL. */
const GRACE_MILLISECONDS = 2000;

/** A program that is spoken with over its standard streams, for as long as both sides like. */
export interface Conversation {
  readonly pid: number;
  readonly input: Writable;
  readonly output: Readable;
  readonly errors: Readable;
  /** Resolves when the program has ended; never rejects. */
  readonly exited: Promise<{ readonly exitStatus: number | undefined; readonly signalName: string | undefined }>;
  /**
   * Closes its input, sends SIGTERM to its process group when it has not ended 2 s later, and SIGKILL after 2 s more;
   * `atOnce`: SIGKILL. What is left of the group is ended too. Idempotent; never rejects.
   */
  end(atOnce?: boolean): Promise<void>;
  /** Kiln does not stay for its sake any more: it is ended when Kiln ends. */
  release(): void;
}

/**
 * Starts a program that belongs to nobody's journal, with this environment and no other: it goes when Kiln does, and is known by
 * KILN_RUN_ID when Kiln was killed. Throws `CommandError` PROGRAM_MISSING or PROGRAM_FAILED.
 */
export async function startConversation(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Conversation> {
  const child = await spawnProgram(program, args, { stdio: 'pipe', onlyEnv: environment });
  const { pid, stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('a program was started without pipes');
  // Whoever writes learns from `exited` that nobody reads any more.
  stdin.on('error', () => undefined);
  let isOver = false;
  const killNow = (): void => {
    if (!isOver) signalGroup(pid, 'SIGKILL');
  };
  process.once('exit', killNow);
  const exited = new Promise<Awaited<Conversation['exited']>>((resolve) =>
    child.once('exit', (status, signalName) => {
      isOver = true;
      process.off('exit', killNow);
      resolve({ exitStatus: status ?? undefined, signalName: signalName ?? undefined });
    }),
  );
  const endsWithin = (milliseconds: number): Promise<boolean> =>
    Promise.race([exited.then(() => true), delay(milliseconds, false)]);
  const finish = async (atOnce: boolean): Promise<void> => {
    stdin.destroy();
    if (!atOnce && !(await endsWithin(GRACE_MILLISECONDS))) signalGroup(pid, 'SIGTERM');
    if (atOnce || !(await endsWithin(GRACE_MILLISECONDS))) killNow();
    await exited;
    await endRestOfGroup(pid);
  };
  let ending: Promise<void> | undefined;
  return {
    pid,
    input: stdin,
    output: stdout,
    errors: stderr,
    exited,
    end: (atOnce = false) => {
      if (atOnce) killNow();
      return (ending ??= finish(atOnce));
    },
    release: () => {
      child.unref();
      // Pipes are sockets, which hold Kiln as well.
      for (const stream of [stdin, stdout, stderr]) if (stream instanceof Socket) stream.unref();
    },
  };
}
