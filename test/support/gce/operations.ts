import { scopePath, type Call, type Handlers } from './call.ts';
import { notFound } from './problem.ts';
import type { Operation, OperationView } from './resources.ts';
import { link, timestamp, type World } from './world.ts';

/** What an operation does to what it is about. */
export interface Work {
  /** "insert" */
  readonly type: string;
  /** Path of what it is about. */
  readonly target: string;
  readonly targetId?: string | null | undefined;
  readonly milliseconds: number;
  /** The end of it. */
  readonly done: () => void;
  /** What is undone when it fails. */
  readonly undo?: () => void;
  /** Why it will fail, beside what a fault plan says. */
  readonly fault?: OperationFault | undefined;
}

/** As Compute Engine has it in `error.errors` of an operation. */
export interface OperationFault {
  readonly code: string;
  readonly message: string;
  readonly errorDetails?: readonly object[];
}

const STATUS: Readonly<Record<string, readonly [number, string]>> = {
  QUOTA_EXCEEDED: [403, 'FORBIDDEN'],
  ZONE_RESOURCE_POOL_EXHAUSTED: [503, 'SERVICE UNAVAILABLE'],
  ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS: [503, 'SERVICE UNAVAILABLE'],
  RESOURCE_NOT_FOUND: [404, 'NOT FOUND'],
  PERMISSIONS_ERROR: [403, 'FORBIDDEN'],
};

function end(world: World, view: OperationView, fault?: OperationFault): void {
  Object.assign(view, { status: 'DONE', progress: 100, endTime: timestamp(world) });
  if (fault === undefined) return;
  const [status, message] = STATUS[fault.code] ?? [400, 'BAD REQUEST'];
  Object.assign(view, { error: { errors: [fault] }, httpErrorStatusCode: status, httpErrorMessage: message });
}

function placeOf({ path: { zone, region } }: Call, project: string): object {
  if (zone !== undefined) return { zone: link(`projects/${project}/zones/${zone}`) };
  return region === undefined ? {} : { region: link(`projects/${project}/regions/${region}`) };
}

/** Starts an operation; what it does to its target happens when its time has passed. */
export function operate(call: Call, work: Work): object {
  const { world, outcome, user } = call;
  const id = world.newId();
  const name = `operation-${String(world.clock.now())}-${id.slice(-12)}-0a1b2c3d-4e5f6a7b`;
  const path = `${scopePath(call)}/operations/${name}`;
  const now = timestamp(world);
  const requestId = call.query.get('requestId');
  const view: OperationView = {
    kind: 'compute#operation',
    id,
    name,
    ...placeOf(call, call.path['project'] ?? ''),
    ...(requestId === null ? {} : { clientOperationId: requestId }),
    operationType: work.type,
    targetLink: link(work.target),
    ...(work.targetId === undefined ? {} : { targetId: work.targetId }),
    status: 'RUNNING',
    user,
    progress: 0,
    insertTime: now,
    startTime: now,
    selfLink: link(path),
  };
  const operation: Operation = { path, view };
  world.operations.set(path, operation);
  if (requestId !== null) world.requests.set(requestId, operation);
  if (outcome.stuck) return { ...view };
  const fault = outcome.fails ?? work.fault;
  world.clock.after(work.milliseconds, () => {
    if (fault === undefined) work.done();
    else work.undo?.();
    end(world, view, fault);
  });
  return { ...view };
}

function find(call: Call): Operation {
  const path = `${scopePath(call)}/operations/${call.path['operation'] ?? ''}`;
  const found = call.world.operations.get(path);
  if (found === undefined) throw notFound(path);
  return found;
}

/** A wait takes two minutes of virtual time at most. */
const WAIT = 120_000;
const STEP = 500;

function wait(call: Call): object {
  const { clock } = call.world;
  const { view } = find(call);
  for (let passed = 0; view.status !== 'DONE' && passed < WAIT; passed += STEP) clock.advance(STEP);
  return { ...view };
}

const get = (call: Call): object => ({ ...find(call).view });

export const operationCalls: Handlers = {
  'zoneOperations.get': get,
  'regionOperations.get': get,
  'globalOperations.get': get,
  'zoneOperations.wait': wait,
  'regionOperations.wait': wait,
  'globalOperations.wait': wait,
};
