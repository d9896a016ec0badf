import { setTimeout as delay } from 'node:timers/promises';
import type { JsonObject } from '../../../core/contract/json.ts';
import { KilnError } from '../../../core/errors/errors.ts';
import { pauseWhileHeld } from '../../../core/process/back-pressure.ts';
import { bareEnvironment } from '../../../core/process/bare-environment.ts';
import { commandOutput } from '../../../core/process/command-output.ts';
import { startConversation, type Conversation } from '../../../core/process/conversation.ts';
import { ProtocolFault } from '../protocol/fault.ts';
import { errorNumbers } from '../protocol/wire-error.ts';
import { openPeer, type Answer, type PeerOptions } from '../protocol/peer.ts';
import type { Streams } from '../protocol/streams.ts';
import { brokeProtocol, cannotStart, crashed, hangs, otherVersion } from './faults.ts';

/** Versions of the protocol that this Kiln speaks. */
export const protocolVersions: readonly number[] = [1];

/** What is pinned by a digest of its files must not put files of its own beside them. */
const UNCHANGED = { PYTHONDONTWRITEBYTECODE: '1' };

const START_MILLISECONDS = 30_000;
/** How long what a process has written before its end is read for. */
const LAST_WORDS_MILLISECONDS = 1000;

/** What a process of a plugin is started with, and who hears of it. */
export interface PluginProcessOptions extends Omit<PeerOptions, 'input'> {
  readonly name: string;
  /** Kiln's. */
  readonly version: string;
  readonly command: readonly string[];
  /** Names of the environment variables that the template grants. */
  readonly env: readonly string[];
  /** A line that the plugin wrote to its standard error. */
  readonly log: (line: string) => void;
  /** Milliseconds that the first answer may take; default 30 s. */
  readonly startTimeout?: number;
}

/** One process of a plugin, with which Kiln has come to terms. */
export interface PluginProcess {
  readonly pid: number;
  readonly streams: Streams;
  /** False when the process has ended, or has said what nobody understands. */
  readonly isUsable: () => boolean;
  /** Throws `CommandError` PLUGIN_CRASHED or PLUGIN_PROTOCOL, or the reason of `abandon`. */
  ask(method: string, params: JsonObject, onId?: (id: number) => void): Promise<Answer>;
  cancel(id: number): void;
  /** Ends it at once; what waits for it rejects with `reason`. */
  abandon(reason: KilnError): Promise<void>;
  /** Closes its input, so that it ends by itself; it is ended when it does not. Never rejects. */
  end(): Promise<void>;
}

async function converse({ name, command, env }: PluginProcessOptions): Promise<Conversation> {
  const [program = '', ...args] = command;
  try {
    return await startConversation(program, args, { ...bareEnvironment(env), ...UNCHANGED });
  } catch (error) {
    throw cannotStart(name, error instanceof Error ? error.message : String(error), '', error);
  }
}

/**
 * Starts the plugin's program and agrees on a version of the protocol. Throws `CommandError` PLUGIN_START, `StepError`
 * PLUGIN_PROTOCOL_VERSION and `TimeoutError` PLUGIN_HANGS.
 */
export async function startPluginProcess(options: PluginProcessOptions): Promise<PluginProcess> {
  const { name } = options;
  const process = await converse(options);
  const log = commandOutput((_, line) => options.log(line));
  log.read('stderr', process.errors);
  const peer = openPeer({ ...options, input: process.input });
  let failure: KilnError | undefined;
  const fail = (error: KilnError): void => {
    failure ??= error;
    peer.fail(failure);
  };
  process.output.on('data', (chunk: Buffer) => {
    if (failure !== undefined) return;
    try {
      peer.read(chunk);
      pauseWhileHeld(process.output);
    } catch (error) {
      // What follows cannot be understood either.
      const what = error instanceof ProtocolFault ? error.message : `wrote what Kiln cannot read: ${String(error)}`;
      fail(brokeProtocol(name, what, log.tail()));
      process.output.destroy();
      void process.end(true);
    }
  });
  const allRead = new Promise<void>((resolve) => process.output.once('close', resolve));
  void process.exited.then(async (end) => {
    await Promise.race([allRead, delay(LAST_WORDS_MILLISECONDS)]);
    fail(crashed(name, end, log.tail()));
    await process.end(true);
    process.output.destroy();
    process.errors.destroy();
  });
  const started: PluginProcess = {
    pid: process.pid,
    streams: peer.streams,
    isUsable: () => failure === undefined,
    ask: async (method, params, onId) => {
      if (failure !== undefined) throw failure;
      return peer.ask(method, params, onId).catch((error: unknown) => {
        throw error instanceof ProtocolFault ? brokeProtocol(name, error.message, log.tail()) : error;
      });
    },
    cancel: (id) => void peer.notify('cancel', { id }),
    abandon: (reason) => {
      fail(reason);
      return process.end(true);
    },
    end: () => process.end(),
  };
  await greet(started, options, () => log.tail());
  return started;
}

async function greet(
  process: PluginProcess,
  { name, version, startTimeout = START_MILLISECONDS }: PluginProcessOptions,
  tail: () => string,
): Promise<void> {
  const clock = setTimeout(() => void process.abandon(hangs(name, 'answer "initialize"', startTimeout)), startTimeout);
  try {
    const answer = await process.ask('initialize', { protocol: protocolVersions, kiln: version, plugin: name });
    const spoken = protocolVersions.join(', ');
    if ('error' in answer) {
      const { code, message } = answer.error;
      if (code === errorNumbers.methodNotFound) throw cannotStart(name, `it refuses "initialize": ${message}`, tail());
      throw otherVersion(name, `does not want to speak version ${spoken} of the plugin protocol: ${message}`);
    }
    const chosen = Number(answer.result['protocol']);
    if (!protocolVersions.includes(chosen)) {
      throw otherVersion(name, `speaks version ${chosen} of the plugin protocol, and this Kiln ${spoken}`);
    }
  } catch (error) {
    await process.end();
    const isCrash = error instanceof KilnError && error.code === 'PLUGIN_CRASHED';
    throw isCrash ? cannotStart(name, error.message, tail(), error) : error;
  } finally {
    clearTimeout(clock);
  }
}
