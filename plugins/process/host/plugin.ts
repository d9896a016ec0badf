import type { JsonObject } from '../../../core/contract/json.ts';
import { atEnd } from '../../../core/process/at-end.ts';
import { throwIfCancelled } from '../../../core/errors/cancelled.ts';
import { pluginError } from '../protocol/wire-error.ts';
import { ProtocolFault } from '../protocol/fault.ts';
import { answerCall, noticeCall } from '../calls/calls.ts';
import type { RunCall } from '../calls/run-call.ts';
import { called, hangs } from './faults.ts';
import { startPluginProcess, type PluginProcess } from './plugin-process.ts';

/** How long a plugin may take to end what was cancelled. */
const CANCEL_MILLISECONDS = 5000;
/** How long a process stays that nobody asks anything. */
const IDLE_MILLISECONDS = 5000;

/** What a plugin is, and what it may have. */
export interface PluginOptions {
  readonly name: string;
  /** Its own. */
  readonly version: string;
  /** The program with its arguments; paths in it are absolute. */
  readonly command: readonly string[];
  /** Names of the environment variables that the template grants. */
  readonly env: readonly string[];
  /** Kiln's. */
  readonly kilnVersion: string;
  /** Milliseconds; default 5 s and 30 s. */
  readonly cancelTimeout?: number;
  readonly startTimeout?: number;
}

/** How one request is asked. */
export interface AskOptions {
  readonly signal: AbortSignal;
  /** Completes "the plugin did not … within": "end its build". */
  readonly what: string;
  /** What the plugin may call back into, by the handle `run` of the request's `params`. */
  readonly call?: RunCall;
  /** Milliseconds after which it counts as hanging; default: never. */
  readonly timeout?: number;
}

/** A plugin of which a process is there when it is needed: one for all that is asked of it at a time. */
export interface Plugin {
  readonly name: string;
  /**
   * Asks for one thing and resolves with the result. Throws what the plugin says, `CommandError` PLUGIN_START, PLUGIN_CRASHED
   * or PLUGIN_PROTOCOL, `StepError` PLUGIN_PROTOCOL_VERSION, `TimeoutError` PLUGIN_HANGS, and what `throwIfCancelled` throws.
   */
  ask(method: string, params: JsonObject, options: AskOptions): Promise<JsonObject>;
  /** Ends its process. Never rejects. */
  end(): Promise<void>;
}

/** The handle of the run that a call is about, which the protocol's schema has checked. */
function runOf({ run }: JsonObject): string {
  return typeof run === 'string' ? run : '';
}

const running = new Set<Plugin>();
let forgetEnd: (() => void) | undefined;

/** Ends the processes of all plugins. Never rejects. */
export async function endPlugins(): Promise<void> {
  forgetEnd?.();
  forgetEnd = undefined;
  await Promise.all([...running].map((plugin) => plugin.end()));
}

/** A plugin; nothing is started yet. */
export function openPlugin(options: PluginOptions): Plugin {
  const { name, cancelTimeout = CANCEL_MILLISECONDS } = options;
  const calls = new Map<string, RunCall>();
  let current: Promise<PluginProcess> | undefined;
  let ofRun: string | undefined;
  let active = 0;
  let idle: NodeJS.Timeout | undefined;

  const callOf = (params: JsonObject): RunCall => {
    const call = calls.get(runOf(params));
    if (call === undefined) throw new ProtocolFault(`there is no run "${runOf(params)}", or it is over`);
    return call;
  };
  const newest = (): RunCall | undefined => [...calls.values()].at(-1);

  const start = async (): Promise<PluginProcess> => {
    const process: PluginProcess = await startPluginProcess({
      ...options,
      version: options.kilnVersion,
      log: (line) => newest()?.ui.debug(`${name}: ${line}`),
      odd: (what) => newest()?.ui.warn(`${called(name)} ${what}`),
      answer: async (method, params, signal) =>
        answerCall(callOf(params), method, params, { signal, streams: process.streams }),
      notice: (method, params) => {
        const call = calls.get(runOf(params));
        if (call !== undefined) noticeCall(call, method, params);
        else newest()?.ui.warn(`${called(name)} sent "${method}" for a run that is over`);
      },
      tell: (error, params) => {
        const call = calls.get(runOf(params));
        if (call !== undefined) return call.told.tell(error);
        return { code: -32602, message: error instanceof Error ? error.message : String(error) };
      },
    });
    return process;
  };

  /** A process that was started before the run began does not have the run's id, by which `kiln gc` would find it. */
  const usable = async (): Promise<PluginProcess> => {
    const runId = globalThis.process.env['KILN_RUN_ID'];
    const there = await current?.catch(() => undefined);
    if (there?.isUsable() === true && (ofRun === runId || active > 1)) return there;
    if (there?.isUsable() === true) void there.end();
    ofRun = runId;
    running.add(plugin);
    forgetEnd ??= atEnd(endPlugins);
    current = start();
    return current;
  };
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (): Promise<PluginProcess> => {
    const next = turn.then(usable);
    turn = next.catch(() => undefined);
    return next;
  };

  const talk = async (method: string, params: JsonObject, asked: AskOptions): Promise<JsonObject> => {
    const { signal, what, call, timeout } = asked;
    const process = await inTurn();
    throwIfCancelled(signal);
    let id = 0;
    let clock: NodeJS.Timeout | undefined;
    const giveUp = (milliseconds: number) => (): void =>
      void process.abandon(hangs(name, signal.aborted ? `stop to ${what}` : what, milliseconds));
    const cancel = (): void => {
      process.cancel(id);
      clearTimeout(clock);
      clock = setTimeout(giveUp(cancelTimeout), cancelTimeout);
    };
    if (timeout !== undefined) clock = setTimeout(giveUp(timeout), timeout);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const answer = await process.ask(method, params, (given) => (id = given));
      if ('result' in answer) return answer.result;
      throw call?.told.recall(answer.error) ?? pluginError(name, answer.error);
    } catch (error) {
      throwIfCancelled(signal);
      throw error;
    } finally {
      clearTimeout(clock);
      signal.removeEventListener('abort', cancel);
    }
  };

  const plugin: Plugin = {
    name,
    ask: async (method, params, asked) => {
      throwIfCancelled(asked.signal);
      const { call } = asked;
      clearTimeout(idle);
      active += 1;
      if (call !== undefined) calls.set(call.handle, call);
      try {
        return await talk(method, params, asked);
      } catch (error) {
        call?.fail(error instanceof Error ? error : new Error(String(error)));
        throw error;
      } finally {
        if (call !== undefined) calls.delete(call.handle);
        call?.close();
        active -= 1;
        if (active === 0) idle = setTimeout(() => void plugin.end(), IDLE_MILLISECONDS).unref();
      }
    },
    end: async () => {
      clearTimeout(idle);
      const ending = current;
      current = undefined;
      running.delete(plugin);
      await ending?.then(
        (process) => process.end(),
        () => undefined,
      );
    },
  };
  return plugin;
}
