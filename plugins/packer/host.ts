import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  connectComponent,
  HANDSHAKE_LIMIT,
  MAGIC_COOKIE,
  PluginError,
  readHandshake,
  type ComponentConnection,
} from '../../clients/packer-plugin/index.ts';
import { throwIfCancelled } from '../../core/errors/cancelled.ts';
import { CommandError, type KilnError } from '../../core/errors/errors.ts';
import { commandOutput, type CommandOutput } from '../../core/process/command-output.ts';
import { startConversation, type Conversation } from '../../core/process/conversation.ts';
import { crashed, hangs } from '../process/host/faults.ts';
import type { PackerComponent, PackerPlugin } from './plugin-binary.ts';

const START_MILLISECONDS = 30_000;
/** How long a plugin that was asked to stop may take to do so: it may have a machine to give back. */
const STOP_MILLISECONDS = 120_000;

export interface PluginHost {
  /** For the plugin's log, a line each. */
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** Where the process has its socket and what it writes by the way: a directory that is removed by who gave it. */
  readonly directory: string;
}

/** A component of a plugin of Packer's, in a process of its own. */
export interface RunningComponent {
  readonly connection: ComponentConnection;
  /**
   * Waits for something that was asked of it. Throws `CommandError` PLUGIN_CRASHED when its process ends before, PLUGIN_PROTOCOL
   * when it sends what nobody understands, what `refusal` makes of an error that it answers, and `CancelledError`; `TimeoutError`
   * PLUGIN_HANGS when it does not stop within two minutes after the signal, and is ended.
   */
  ask<Result>(work: Promise<Result>, refusal: (message: string) => KilnError): Promise<Result>;
  /** Ends its process. Never rejects. */
  end(): Promise<void>;
  /** Its process goes on for as long as Kiln does, and Kiln does not stay for its sake. */
  release(): void;
}

async function firstLine({ output, exited }: Conversation): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = '';
  output.on('data', (chunk: Buffer) => {
    if (text.length <= HANDSHAKE_LIMIT) text += chunk.toString('utf8');
    if (text.includes('\n') || text.length > HANDSHAKE_LIMIT) resolve(text);
  });
  void exited.then(() => {
    resolve(text);
  });
  const [line = ''] = (await promise).split('\n', 1);
  return line;
}

function cannotStart(plugin: PackerPlugin, why: string, log: CommandOutput, cause?: unknown): CommandError {
  return new CommandError(`the Packer plugin ${plugin.name} does not start: ${why}`, {
    code: 'PLUGIN_START',
    hint: `its program is ${plugin.path}: is it for this machine, and does it start by Packer?`,
    outputTail: log.tail(),
    cause,
  });
}

/**
 * Starts a component of a plugin, with Kiln's own environment, as Packer does: its clients find logins there. Throws
 * `CommandError` PLUGIN_START, `TimeoutError` PLUGIN_HANGS and `CancelledError`.
 */
export async function startComponent(
  plugin: PackerPlugin,
  component: PackerComponent,
  { log, signal, directory }: PluginHost,
): Promise<RunningComponent> {
  throwIfCancelled(signal);
  const output = commandOutput((_, line) => {
    log(line);
  });
  let process: Conversation | undefined;
  const end = async (): Promise<void> => {
    await process?.end(true);
  };
  try {
    process = await startConversation(plugin.path, component.args, environmentFor(directory));
    const running = process;
    output.read('stderr', running.errors);
    const started = openConnection(running);
    started.catch(() => undefined);
    const { connection, socket } = await Promise.race([started, failsLater(plugin, signal)]);
    return {
      connection,
      ask: asking(plugin, connection, running, output, signal),
      end: async () => {
        connection.close();
        await end();
      },
      release: () => {
        running.release();
        socket.unref();
      },
    };
  } catch (error) {
    await end();
    throwIfCancelled(signal);
    if (error instanceof PluginError) throw cannotStart(plugin, error.message, output, error);
    throw error;
  }
}

function environmentFor(directory: string): Readonly<Record<string, string>> {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  // Packer 1.6's components look for updates of themselves; nobody asked.
  return { ...Object.fromEntries(own), ...MAGIC_COOKIE, CHECKPOINT_DISABLE: '1', TMPDIR: directory };
}

async function openConnection(process: Conversation): Promise<{ connection: ComponentConnection; socket: Socket }> {
  const { socket: address } = readHandshake(await firstLine(process));
  const socket = connect('path' in address ? { path: address.path } : address);
  return { connection: await connectComponent(socket), socket };
}

async function failsLater(plugin: PackerPlugin, signal: AbortSignal): Promise<never> {
  await delay(START_MILLISECONDS, undefined, { signal, ref: false }).catch(() => undefined);
  throwIfCancelled(signal);
  throw hangs(plugin.name, 'say where it listens', START_MILLISECONDS);
}

function asking(
  plugin: PackerPlugin,
  { ended }: ComponentConnection,
  process: Conversation,
  output: CommandOutput,
  signal: AbortSignal,
): RunningComponent['ask'] {
  const stops = async (done: Promise<unknown>): Promise<never> => {
    await new Promise((resolve) => {
      if (signal.aborted) resolve(undefined);
      else signal.addEventListener('abort', resolve, { once: true });
    });
    await Promise.race([done.catch(() => undefined), delay(STOP_MILLISECONDS, undefined, { ref: false })]);
    throw hangs(plugin.name, 'stop', STOP_MILLISECONDS);
  };
  const brokeOff = async (): Promise<never> => {
    const why = await ended;
    const ending = await Promise.race([process.exited, delay(1000, undefined, { ref: false })]);
    if (ending !== undefined) throw crashed(plugin.name, ending, output.tail());
    throw new CommandError(
      `the Packer plugin ${plugin.name} broke off: ${why?.message ?? 'its connection was closed'}`,
      {
        code: 'PLUGIN_PROTOCOL',
        outputTail: output.tail(),
      },
    );
  };
  return async (work, refusal) => {
    const answered = work.catch(async (error: unknown) => {
      throwIfCancelled(signal);
      if (!(error instanceof PluginError)) throw error;
      if (error.reason === 'refused') throw refusal(error.message);
      return await brokeOff();
    });
    const stopping = stops(answered);
    stopping.catch(() => undefined);
    const result = await Promise.race([answered, stopping]);
    throwIfCancelled(signal);
    return result;
  };
}
