import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { signalGroup, spawnProgram } from '../../../process/spawn.ts';
import { shellWord } from '../../../scripts/quote.ts';
import type { CommandChannel, CommandEnd, SessionRequest, Start } from '../connection.ts';
import { endOfSession, startOfSession } from './exit-log.ts';
import { wholeFile } from './whole-file.ts';

/** The process that holds a connection. */
export interface Master {
  /** Where its socket and logs are. */
  readonly directory: string;
  /** Names of files in the directory. */
  readonly control: string;
  readonly log: string;
  alive(): boolean;
  readonly ended: Promise<string>;
}

export interface MuxProcess {
  readonly child: Awaited<ReturnType<typeof spawnProgram>>;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly logFile: string;
}

interface PipedProcess extends MuxProcess {
  readonly stdin: Writable;
}

const POLL_MILLISECONDS = 3;
const SLOW_POLL_MILLISECONDS = 250;
const SETTLE_MILLISECONDS = 1000;
/**
 * OpenSSH gives a terminal no settings when it has none itself, not even a character for the end of the input. What is
 * sent before it has some would be taken for something else, so the guest says when it has.
 */
const TERMINAL_MARK = 'kiln-terminal-is-set';
const IN_TERMINAL = `stty sane -echo rows 40 cols 80 2>/dev/null; printf ${TERMINAL_MARK}; exec "\${SHELL:-sh}" -c "$1"`;

let count = 0;

async function spawnMux(master: Master, args: readonly string[], stdin: 'pipe' | number): Promise<MuxProcess> {
  const logFile = join(master.directory, `client-${(count += 1)}.log`);
  const own = ['-F', 'none', '-S', master.control, '-E', logFile, '-e', 'none'];
  const options = ['LogLevel=ERROR', 'LogVerbose=mux.c:*:*', 'ControlMaster=no', 'ProxyCommand=false'].flatMap(
    (option) => ['-o', option],
  );
  const child = await spawnProgram('ssh', [...own, ...options, ...args], {
    stdio: [stdin, 'pipe', 'pipe'],
    cwd: master.directory,
    env: { TERM: 'xterm' },
  });
  if (child.stdout === null || child.stderr === null) throw new Error('a program was started without pipes');
  // When a program ends, Node throws away what nobody reads yet; and it may end before its session is known.
  const stdout = child.stdout.pipe(new PassThrough());
  const stderr = child.stderr.pipe(new PassThrough());
  for (const stream of [child.stdin, child.stdout, child.stderr, stdout, stderr]) stream?.on('error', () => undefined);
  return { child, stdout, stderr, logFile };
}

/** Starts OpenSSH as a client of the process that holds the connection; it never connects by itself. */
export async function startMux(master: Master, args: readonly string[]): Promise<PipedProcess> {
  const mux = await spawnMux(master, args, 'pipe');
  const { stdin } = mux.child;
  if (stdin === null) throw new Error('a program was started without pipes');
  return { ...mux, stdin };
}

/** Waits until the server has confirmed the session, and gives its number, or until there is none. */
async function confirmation(mux: MuxProcess, isOver: () => boolean): Promise<Start<number>> {
  for (;;) {
    const over = isOver();
    const log = await readFile(mux.logFile, 'utf8').catch(() => '');
    const session = /master session id: (\d+)/.exec(log)?.[1];
    if (session !== undefined) return { started: Number(session) };
    const refusal = /session request failed: (.*)/.exec(log)?.[1]?.trim();
    // What else it says so is wrong on this side.
    if (refusal !== undefined)
      return /Session open refused/.test(refusal) ? { refused: refusal } : { notSent: refusal };
    if (over) {
      const asked = /mux_client_request_session|master version/.test(log);
      return asked ? { unconfirmed: 'the server does not confirm it' } : { notSent: 'the connection is gone' };
    }
    await delay(POLL_MILLISECONDS);
  }
}

/** How it ended, from the client's own log; undefined when the connection went before. */
async function endOf(master: Master, mux: MuxProcess, session: number, from: number): Promise<CommandEnd | undefined> {
  const log = await readFile(mux.logFile, 'utf8').catch(() => '');
  const status = /Received exit status from master (\d+)/.exec(log)?.[1];
  if (status !== undefined) return { exitStatus: Number(status), signalName: undefined };
  await Promise.race([master.ended, delay(SETTLE_MILLISECONDS / 5, undefined, { ref: false })]);
  return endOfSession(join(master.directory, master.log), session, from);
}

/** Looks for the end of a command whose output something else may hold open. */
async function watchEnd(master: Master, session: number, from: number, isOver: () => boolean): Promise<CommandEnd> {
  const logFile = join(master.directory, master.log);
  while (!isOver()) {
    await delay(SLOW_POLL_MILLISECONDS, undefined, { ref: false });
    const end = await endOfSession(logFile, session, from);
    if (end !== undefined) {
      // The client comes to its own end when nothing holds the output.
      await delay(SETTLE_MILLISECONDS / 5, undefined, { ref: false });
      return end;
    }
  }
  return new Promise<never>(() => undefined);
}

function argumentsOf(command: string, { terminal, forwardAgent }: SessionRequest): readonly string[] {
  const agent = forwardAgent ? '-A' : '-a';
  if (!terminal) return ['-T', agent, '--', 'guest', command];
  return ['-tt', agent, '--', 'guest', `exec sh -c ${shellWord(IN_TERMINAL)} kiln ${shellWord(command)}`];
}

/** Reads on to the mark, and takes it away. Without one, all stays as it was. */
async function terminalIsSet(stdout: Readable, over: Promise<void>): Promise<void> {
  let read = Buffer.alloc(0);
  const state = { ended: false };
  void over.then(() => (state.ended = true));
  const at = (): number => read.indexOf(TERMINAL_MARK);
  while (at() < 0 && !stdout.readableEnded) {
    const isOver = state.ended;
    const chunk: unknown = stdout.read();
    if (Buffer.isBuffer(chunk)) read = Buffer.concat([read, chunk]);
    else if (isOver) break;
    else await Promise.race([over, new Promise((resolve) => stdout.once('readable', resolve))]);
  }
  const rest = at() < 0 ? read : Buffer.concat([read.subarray(0, at()), read.subarray(at() + TERMINAL_MARK.length)]);
  if (rest.length > 0) stdout.unshift(rest);
}

/** Starts a command over the connection; see `Login.start`. */
export async function startCommand<T>(
  master: Master,
  command: string,
  request: SessionRequest,
  watch: (channel: CommandChannel) => T,
): Promise<Start<T>> {
  // A file goes on to the process that holds the connection, which reads it by itself.
  const mux = await spawnMux(master, argumentsOf(command, request), (await wholeFile(request.stdin)) ?? 'pipe');
  const { child } = mux;
  const state = { exited: false };
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void exited.then(() => (state.exited = true));
  const closed = [child, mux.stdout, mux.stderr].map((each) => once(each, 'close'));
  const isOver = (): boolean => state.exited;
  const kill = (): void => {
    if (!isOver()) signalGroup(child.pid, 'SIGKILL');
  };
  request.signal.addEventListener('abort', kill, { once: true });
  const confirmed = await confirmation(mux, isOver).finally(() => request.signal.removeEventListener('abort', kill));
  if (!('started' in confirmed)) {
    kill();
    await rm(mux.logFile, { force: true });
    return confirmed;
  }
  const session = confirmed.started;
  const from = await startOfSession(join(master.directory, master.log), session);
  if (request.terminal) await terminalIsSet(mux.stdout, exited);
  const told = exited.then(() => endOf(master, mux, session, from)).finally(() => rm(mux.logFile, { force: true }));
  const known = told.then((end) => end ?? new Promise<never>(() => undefined));
  const started = watch({
    stdin: child.stdin ?? undefined,
    stdout: mux.stdout,
    stderr: mux.stderr,
    exited: Promise.race([known, watchEnd(master, session, from, isOver)]),
    closed: Promise.all([...closed, told]).then(() => undefined),
    // The protocol between OpenSSH's processes has no signals.
    signal: () => undefined,
    close: () => {
      kill();
      for (const stream of [child.stdin, child.stdout, child.stderr, mux.stdout, mux.stderr]) stream?.destroy();
    },
  });
  return { started };
}
