import { makeClock, type Clock } from '../cloud/clock.ts';
import { makeFaultPlan, type Fault, type FaultPlan } from '../cloud/faults.ts';
import type { GuestPlan } from '../cloud/guest.ts';
import type { ServiceName } from './call.ts';
import type { Loopback } from './network/loopback.ts';
import type { People } from './identity/people.ts';
import { makePeople } from './identity/people.ts';
import { makeHexIds } from './ids.ts';
import { emptyRegion, type Region } from './region.ts';

/** Virtual milliseconds that things take. */
export interface Durations {
  /** A token's life. */
  readonly token: number;
  readonly schedule: number;
  readonly spawn: number;
  readonly stop: number;
  readonly delete: number;
  /** Until a snapshot's bytes are on their way, until they are there, and until the server says so, too. */
  readonly snapshot: number;
  readonly upload: number;
  readonly settle: number;
  readonly import: number;
  readonly volume: number;
  /** Until a Windows server has its password. */
  readonly password: number;
}

const DURATIONS: Durations = {
  token: 14_400_000,
  schedule: 5000,
  spawn: 15_000,
  stop: 15_000,
  delete: 15_000,
  snapshot: 10_000,
  upload: 30_000,
  settle: 15_000,
  import: 30_000,
  volume: 10_000,
  password: 60_000,
};

/** One call that was made, in order. */
export interface CallRecord {
  /** "compute.createServer" */
  readonly call: string;
  readonly region: string;
  readonly method: string;
  readonly url: string;
  readonly microversion: string;
  /** JSON of the body, or how many bytes it had. */
  readonly input: unknown;
  status: number | undefined;
  /** The virtual time. */
  readonly at: number;
}

export interface WorldOptions {
  /** "RegionOne" alone when left out. */
  readonly regions?: readonly string[];
  /** Services that the catalogue leaves out. */
  readonly without?: readonly ServiceName[];
  /** The interfaces that the catalogue has; all three when left out. */
  readonly interfaces?: readonly ('public' | 'internal' | 'admin')[];
  /** What the catalogue calls Cinder; "volumev3" when left out. */
  readonly volumeType?: string;
  /** The newest microversion, 2.93 when left out; "" for a Nova from before there were any. */
  readonly computeVersion?: string;
  /** Reads by id, and lists, that miss a new resource. 0 when left out. */
  readonly hiddenReads?: number;
  /** Virtual milliseconds that pass with each call. 5000 when left out. */
  readonly timePerCall?: number;
  /** Virtual milliseconds that pass in each real one. 0 when left out. */
  readonly timeScale?: number;
  readonly durations?: Partial<Durations>;
  readonly faults?: readonly Fault[];
  /** What answers on the addresses of a server; nothing when left out. */
  readonly guest?: GuestPlan;
  /** How many servers a project may have. 1000 when left out. */
  readonly quota?: number;
  /** Whether the project's own security group lets everybody in. true when left out, and false is what OpenStack does. */
  readonly openDefaultGroup?: boolean;
  /** Import methods of Glance; web-download and glance-direct when left out. */
  readonly importMethods?: readonly string[];
}

export interface World extends People {
  readonly options: WorldOptions;
  /** "http://127.0.0.1:PORT" */
  endpoint: string;
  loopback: Loopback;
  readonly durations: Durations;
  readonly clock: Clock;
  readonly faults: FaultPlan;
  readonly calls: CallRecord[];
  readonly regions: ReadonlyMap<string, Region>;
  /** What goes on after the answer: guests that start or end. */
  readonly background: Set<Promise<unknown>>;
  /** An id as Keystone has them; see `uuid`. */
  newId(): string;
}

export function makeWorld(options: WorldOptions): World {
  const hiddenReads = (): number => options.hiddenReads ?? 0;
  const newId = makeHexIds();
  const clock = makeClock(Date.now(), options.timeScale ?? 0);
  return {
    options,
    endpoint: '',
    loopback: { address: () => '', map: () => undefined },
    durations: { ...DURATIONS, ...options.durations },
    clock,
    faults: makeFaultPlan(options.faults ?? []),
    calls: [],
    regions: new Map((options.regions ?? ['RegionOne']).map((name) => [name, emptyRegion(name, hiddenReads)])),
    background: new Set(),
    newId,
    ...makePeople(newId),
  };
}

/** Work that goes on beside the calls; `settled` of the server waits for it. */
export function inBackground(world: World, work: Promise<unknown>): void {
  world.background.add(work);
  void work.finally(() => world.background.delete(work));
}

/** The virtual time as Nova, Glance and Neutron write it. */
export function timestamp(world: World): string {
  return `${world.clock.date().toISOString().slice(0, 19)}Z`;
}

/** The virtual time as databases write it. */
export function microseconds(world: World): string {
  return `${world.clock.date().toISOString().slice(0, 19)}.000000`;
}
