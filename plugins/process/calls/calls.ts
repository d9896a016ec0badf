import { resolve } from 'node:path';
import type { JsonObject } from '../../../core/contract/json.ts';
import { StepError } from '../../../core/errors/errors.ts';
import { stageOutput } from '../../../core/run/output/staged-output.ts';
import { ProtocolFault } from '../protocol/fault.ts';
import type * as messages from '../protocol/messages.gen.ts';
import type { Streams } from '../protocol/streams.ts';
import { checkpoint, endStep, noteFile, startStep } from './builds.ts';
import * as guest from './guest.ts';
import * as resources from './resources.ts';
import type { RunCall } from './run-call.ts';

type Handler = (call: RunCall, params: never, at: guest.Answering) => Promise<object> | object;
type Notice = (call: RunCall, params: never) => void;

async function ask(
  call: RunCall,
  { question }: messages.AskParams,
  { signal }: guest.Answering,
): Promise<messages.AskResult> {
  if (call.ask !== undefined) return { answer: await call.ask(question, signal) };
  throw new StepError('there is nobody at a terminal who could be asked', { code: 'ASK_WITHOUT_TERMINAL' });
}

async function openStage(call: RunCall, { path }: messages.StageOpenParams): Promise<messages.StageOpenResult> {
  const final = resolve(path);
  const output = await stageOutput(call, final, { force: call.force, inputs: call.inputs });
  const stage = call.next();
  call.stages.set(stage, { output, path: final });
  return { stage, path: output.path };
}

async function publishStage(
  call: RunCall,
  { stage }: messages.StagePublishParams,
): Promise<messages.StagePublishResult> {
  const found = call.stages.get(stage);
  if (found === undefined) throw new ProtocolFault(`there is no stage ${stage}`);
  await found.output.publish();
  return { path: found.path };
}

const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['ask', ask],
  [
    'render',
    (call, { text, data, option }: messages.RenderParams): messages.RenderResult => ({
      text: call.ui.render(text, data, option),
    }),
  ],
  ['temporaryDirectory', async (call: RunCall) => ({ path: await call.temporaryDirectory() })],
  ['step.start', startStep],
  ['step.end', endStep],
  ['checkpoint', checkpoint],
  ['resource.acquire', resources.acquire],
  ['resource.made', resources.made],
  ['resource.failed', resources.failed],
  ['resource.release', resources.release],
  ['resource.keep', resources.keep],
  ['resource.adopt', resources.adopt],
  ['stage.open', openStage],
  ['stage.publish', publishStage],
  ['guest.provision', guest.provision],
  ['guest.exec', guest.exec],
  ['guest.upload', guest.upload],
  ['guest.uploadTree', guest.uploadTree],
  ['guest.download', guest.download],
  ['guest.downloadTree', guest.downloadTree],
  ['guest.reconnect', guest.reconnect],
]);

const notices: ReadonlyMap<string, Notice> = new Map<string, Notice>([
  ['say', ({ ui }, { text }: messages.SayParams) => ui.say(text)],
  ['warn', ({ ui }, { text }: messages.WarnParams) => ui.warn(text)],
  ['debug', ({ ui }, { text }: messages.DebugParams) => ui.debug(text)],
  ['output', ({ ui }, { stream, line }: messages.OutputParams) => ui.output(stream, line)],
  ['progress', ({ ui }, { what, done, total }: messages.ProgressParams) => ui.progress(what, done, total)],
  ['secret', ({ ui }, { value }: messages.SecretParams) => ui.addSecret(value)],
  ['noteFile', noteFile],
]);

/** What a call is answered by. */
export interface CallContext {
  /** Aborts when the plugin cancels the call. */
  readonly signal: AbortSignal;
  readonly streams: Streams;
}

/** Answers a call of a running component; `params` are checked. Throws `ProtocolFault` for what cannot be asked now. */
export async function answerCall(
  call: RunCall,
  method: string,
  params: JsonObject,
  { signal, streams }: CallContext,
): Promise<object> {
  const handler = handlers.get(method);
  if (handler === undefined) throw new ProtocolFault(`"${method}" is not for a plugin to call`);
  return handler(call, params as never, { signal: AbortSignal.any([signal, call.signal]), streams });
}

/** Takes a notification of a running component; `params` are checked. Throws as `answerCall`. */
export function noticeCall(call: RunCall, method: string, params: JsonObject): void {
  const notice = notices.get(method);
  if (notice === undefined) throw new ProtocolFault(`"${method}" is not for a plugin to call`);
  notice(call, params as never);
}
