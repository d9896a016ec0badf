import type { JsonValue } from '../../../core/contract/json.ts';
import type { Acquired, ResourceKind } from '../../../core/contract/resource.ts';
import { StepError } from '../../../core/errors/errors.ts';
import { newId } from '../../../core/text/new-id.ts';
import { ProtocolFault } from '../protocol/fault.ts';
import type {
  ResourceAcquireParams,
  ResourceAcquireResult,
  ResourceAdoptParams,
  ResourceAdoptResult,
  ResourceFailedParams,
  ResourceKeepParams,
  ResourceMadeParams,
  ResourceReleaseParams,
} from '../protocol/messages.gen.ts';
import { buildOf } from './builds.ts';
import type { Making, RunCall } from './run-call.ts';

function kindOf({ kinds }: RunCall, resource: string): ResourceKind<JsonValue> {
  const kind = kinds.get(resource);
  if (kind !== undefined) return kind;
  const known = [...kinds.keys()].join(', ');
  throw new ProtocolFault(`has no resource "${resource}" in its manifest${known === '' ? '' : `, but ${known}`}`);
}

function thingOf({ things }: RunCall, token: string): Acquired<JsonValue, unknown> {
  const thing = things.get(token);
  if (thing === undefined) throw new ProtocolFault(`there is no resource with the token "${token}"`);
  return thing;
}

function makingOf({ making }: RunCall, token: string): Making {
  const one = making.get(token);
  if (one === undefined) throw new ProtocolFault(`nothing with the token "${token}" is being made`);
  making.delete(token);
  return one;
}

/** `resource.acquire`: answered when the intent is in the journal. */
export function acquire(call: RunCall, params: ResourceAcquireParams): Promise<ResourceAcquireResult> {
  const kind = kindOf(call, params.resource);
  const { describe, locator } = params;
  return new Promise((resolve, reject) => {
    const over: Promise<void> = call
      .acquire<JsonValue, string>(kind, {
        describe,
        locator,
        create: (token) =>
          new Promise<{ readonly id: JsonValue; readonly handle: string }>((made, failed) => {
            const done = (id: JsonValue): void => made({ id, handle: token });
            call.making.set(token, { done, failed, over: () => over });
            resolve({ token });
          }),
      })
      .then((thing) => void call.things.set(thing.handle, thing));
    over.catch(reject);
  });
}

/** `resource.made`: answered when the id is in the journal. */
export async function made(call: RunCall, { token, id }: ResourceMadeParams): Promise<object> {
  const one = makingOf(call, token);
  one.done(id);
  await one.over();
  return {};
}

/** `resource.failed`: answered when what may be there nevertheless was looked for and given back. */
export async function failed(call: RunCall, { token, message }: ResourceFailedParams): Promise<object> {
  const one = makingOf(call, token);
  one.failed(new StepError(message, { code: 'PLUGIN_WORK_FAILED' }));
  await one.over().catch(() => undefined);
  return {};
}

/** `resource.release`. */
export async function release(call: RunCall, { token }: ResourceReleaseParams): Promise<object> {
  await thingOf(call, token).release();
  return {};
}

/** `resource.keep`. */
export async function keep(call: RunCall, { tokens }: ResourceKeepParams): Promise<object> {
  const [first, ...others] = tokens.map((token) => thingOf(call, token));
  await first?.keep(...others);
  return {};
}

/** `resource.adopt`. */
export function adopt(call: RunCall, { resource, id, token }: ResourceAdoptParams): ResourceAdoptResult {
  const build = buildOf(call);
  const kind = kindOf(call, resource);
  if (id === undefined && token === undefined) throw new ProtocolFault('adopts something without its id or token');
  const thing = id === undefined ? build.adoptByToken(kind, token ?? '') : build.adopt(kind, id);
  if (thing === undefined) return { found: false };
  const name = token ?? newId();
  call.things.set(name, thing);
  return { found: true, id: thing.id, token: name };
}
