import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { UsageError } from '../../errors/errors.ts';
import { latestRun } from '../../run/recovery/choose-run.ts';
import { listRuns, runNamed } from '../../run/recovery/list-runs.ts';
import { type RunListing } from '../../run/journal/run-listing.ts';
import { pauseWhileHeld } from '../../process/back-pressure.ts';
import { sayRefused } from '../output/say-refused.ts';
import { stateDirectory } from '../../directories/state-directory.ts';
import { defineCommand, type Command } from '../command.ts';
import { exitCodes } from '../ending/exit-codes.ts';
import { print } from '../output/print.ts';
import { isTerminal } from '../output/terminal-of.ts';

const CONTROL_RIGHT_BRACKET = 0x1d;

interface Console {
  /** The build's display name. */
  readonly build: string;
  readonly path: string;
}

function isSocket(path: string): Promise<boolean> {
  return stat(path).then(
    (it) => it.isSocket(),
    () => false,
  );
}

/** The consoles that the run's builds have offered and that are still there. */
async function consolesOf({ progress }: RunListing): Promise<readonly Console[]> {
  const found = await Promise.all(
    [...progress].map(async ([build, { console: path }]) =>
      path !== undefined && (await isSocket(path)) ? [{ build, path }] : [],
    ),
  );
  return found.flat();
}

async function latestWithConsole(runs: readonly RunListing[]): Promise<RunListing> {
  const counts = await Promise.all(runs.map(async (run) => (await consolesOf(run)).length));
  return latestRun(runs, (run) => (counts[runs.indexOf(run)] ?? 0) > 0, 'that has a machine with a console');
}

function choose(consoles: readonly Console[], build: string | undefined, runId: string): Console {
  const wanted = consoles.filter((one) => build === undefined || one.build === build);
  const [first] = wanted;
  const names = consoles.map((one) => one.build).join(', ');
  if (first === undefined) {
    throw new UsageError(
      build === undefined
        ? `the run ${runId} has no machine with a console`
        : `the run ${runId} has no machine ${build}`,
      { code: 'CONSOLE_MISSING', ...(names === '' ? {} : { hint: `it has ${names}` }) },
    );
  }
  if (wanted.length === 1) return first;
  throw new UsageError(`the run ${runId} has several machines`, {
    code: 'CONSOLE_AMBIGUOUS',
    hint: `name one of them behind the run: ${names}`,
  });
}

/** Joins the terminal and the console until either ends or Ctrl-] is typed. */
function joinTerminal(path: string): Promise<void> {
  const { stdin } = process;
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const socket = connect(path);
  socket.on('data', (bytes) => {
    print(bytes);
    pauseWhileHeld(socket);
  });
  socket.once('error', reject);
  socket.once('close', () => resolve(undefined));
  stdin.on('data', (bytes: Buffer) => {
    const end = stdin.isTTY ? bytes.indexOf(CONTROL_RIGHT_BRACKET) : -1;
    socket.write(end < 0 ? bytes : bytes.subarray(0, end));
    if (end >= 0) socket.end();
  });
  if (stdin.isTTY) stdin.setRawMode(true);
  return promise.finally(() => {
    if (stdin.isTTY) stdin.setRawMode(false);
    stdin.destroy();
  });
}

export const attach: Command = defineCommand({
  usage: 'attach [RUN [BUILD]]',
  description:
    'Shows the serial console of a running machine as it goes on and types into it; Ctrl-] leaves it, and the build goes on. RUN is the id that "kiln runs" shows, or its first letters (without it, the latest run that has a machine with a console), and BUILD one of its builds, when it has several machines. Only one can be attached to a machine at a time.',
  flags: {},
  operands: { least: 0, most: 2 },
  run: async ({ operands: [name, wanted] }) => {
    const runs = await listRuns(stateDirectory(process.env), sayRefused);
    const run = name === undefined ? await latestWithConsole(runs) : runNamed(runs, name);
    const { build, path } = choose(await consolesOf(run), wanted, run.runId);
    if (isTerminal(0)) print(`the console of ${build}; Ctrl-] leaves it\n`);
    await joinTerminal(path);
    return exitCodes.ok;
  },
});
