import { ConnectionLost } from '../cloud/server.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Call, Handler } from './call.ts';
import { NEVER, type Fault } from '../cloud/faults.ts';
import { AwsProblem } from './problem.ts';
import type { Scope } from './protocol/sign-v4.ts';
import type { CallRecord, World } from './world.ts';

function refuse(fault: Fault): void {
  if (fault.dropped === true) throw new ConnectionLost();
  if (fault.error !== undefined && fault.after === undefined) throw problemOf(fault.error);
}

function problemOf(error: NonNullable<Fault['error']>): AwsProblem {
  return new AwsProblem(error.code, error.message ?? error.code, error.status ?? 400);
}

async function act(call: Call, input: unknown, handler: Handler, faults: readonly Fault[]): Promise<unknown> {
  faults.forEach(refuse);
  const result = await handler(input, call);
  for (const fault of faults) {
    if (fault.after === 'reply-lost') throw new ConnectionLost();
    if (fault.after === 'silence') await delay(NEVER);
    if (fault.after === 'error' && fault.error !== undefined) throw problemOf(fault.error);
  }
  return result;
}

/** Carries out a call whose input is decoded: notes it, lets time pass, and applies the faults planned for it. */
export async function runCall(
  world: World,
  scope: Scope,
  name: string,
  input: unknown,
  handler: Handler,
): Promise<unknown> {
  const region = world.regions.get(scope.region);
  if (region === undefined) {
    throw new AwsProblem(
      'SignatureDoesNotMatch',
      `Credential should be scoped to a valid region, not ${scope.region}`,
      403,
    );
  }
  const record: CallRecord = {
    service: scope.service,
    call: name,
    region: region.name,
    caller: scope.identity.arn,
    input,
    error: undefined,
    at: world.clock.now(),
  };
  world.calls.push(record);
  world.clock.advance(world.options.timePerCall ?? 5000);
  const faults = world.faults.hit(name, region.name, input);
  for (const fault of faults) if (fault.delay !== undefined) await delay(fault.delay);
  const fails = faults.find((fault) => fault.fails !== undefined)?.fails;
  const outcome = { stuck: faults.some((fault) => fault.stuck === true), fails };
  try {
    return await act(
      { name, service: scope.service, world, region, caller: scope.identity, outcome },
      input,
      handler,
      faults,
    );
  } catch (error) {
    record.error =
      error instanceof AwsProblem ? error.code : error instanceof Error ? error.constructor.name : 'unknown';
    throw error;
  }
}
