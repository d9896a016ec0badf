import type { Checked } from './made.ts';
import { AwsProblem } from './problem.ts';
import type { Region } from './region.ts';
import type { Identity, World } from './world.ts';

/** How the state of what a call makes goes on. */
export interface Outcome {
  readonly stuck: boolean;
  readonly fails: { readonly code: string; readonly message: string } | undefined;
}

/** Where a call is carried out. */
export interface Call {
  readonly name: string;
  readonly service: string;
  readonly world: World;
  readonly region: Region;
  readonly caller: Identity;
  readonly outcome: Outcome;
}

export type Handler = (input: unknown, call: Call) => unknown;
export type Handlers = Readonly<Record<string, Handler>>;

/** Ties a call to the SDK's types of its input and output: the decoder has checked that they hold. */
export function handle<Input, Output>(act: (input: Checked<Input>, call: Call) => Output | Promise<Output>): Handler {
  return (input, call) => act(input as Checked<Input>, call);
}

/** @throws AwsProblem when the call was only asked for to see whether it would be allowed */
export function refuseDryRun(input: { readonly DryRun?: boolean | undefined }): void {
  if (input.DryRun === true) {
    throw new AwsProblem('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  }
}

/**
 * Does something once for a client token; the same request again gets the same value.
 * @throws AwsProblem when the token comes with another request
 */
export function onceFor<T>(call: Call, token: string | undefined, input: object, make: () => T): T {
  if (token === undefined || token === '') return make();
  const key = [call.region.name, call.name, token].join(' ');
  const parameters = JSON.stringify(input);
  const known = call.world.tokens.get(key);
  if (known === undefined) {
    const value = make();
    call.world.tokens.set(key, { parameters, value });
    return value;
  }
  if (known.parameters !== parameters) {
    throw new AwsProblem(
      'IdempotentParameterMismatch',
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  }
  return known.value as T;
}
