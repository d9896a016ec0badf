import { makeClock, type Clock } from '../cloud/clock.ts';
import type { InstanceAddress } from '../cloud/addresses.ts';
import { makeFaultPlan, type Fault, type FaultPlan } from '../cloud/faults.ts';
import type { GuestPlan } from '../cloud/guest.ts';
import { makeShelf, type Shelf } from '../cloud/shelf.ts';
import { GoogleProblem, notFound } from './problem.ts';
import type { Disk, Image, Instance, Operation } from './resources.ts';

/** Virtual milliseconds that things take. */
export interface Durations {
  readonly insertInstance: number;
  /** From the insert to RUNNING. */
  readonly boot: number;
  readonly stop: number;
  readonly deleteInstance: number;
  readonly disk: number;
  readonly image: number;
  /** Everything else that is an operation. */
  readonly change: number;
}

const DURATIONS: Durations = {
  insertInstance: 10_000,
  boot: 15_000,
  stop: 30_000,
  deleteInstance: 40_000,
  disk: 5000,
  image: 60_000,
  change: 2000,
};

/** One call that was made, in order. */
export interface CallRecord {
  /** "instances.insert" */
  readonly call: string;
  /** Empty for global things. */
  readonly zone: string;
  readonly url: string;
  readonly input: unknown;
  status: number | undefined;
  /** The virtual time. */
  readonly at: number;
}

export interface WorldOptions {
  /** Reads by name, and lists, that miss a new resource. 0 when left out. */
  readonly hiddenReads?: number;
  /** Virtual milliseconds that pass with each call. 5000 when left out. */
  readonly timePerCall?: number;
  /** Virtual milliseconds that pass in each real one. 0 when left out. */
  readonly timeScale?: number;
  readonly durations?: Partial<Durations>;
  readonly faults?: readonly Fault[];
  /** What answers on the addresses of an instance; nothing when left out. */
  readonly guest?: GuestPlan;
  /** Whether startup scripts run, by sh on this machine. false when left out. */
  readonly startupScripts?: boolean;
  /** Metadata of the project; none when left out. */
  readonly projectMetadata?: Readonly<Record<string, string>>;
  /** Lines of "user:key" that guests with OS Login let in; what the metadata say when left out. */
  readonly osLoginKeys?: () => string;
  /** Limits by metric of a region: { CPUS: 8, INSTANCES: 2, SSD_TOTAL_GB: 500 }; none when left out. */
  readonly quotas?: Readonly<Record<string, number>>;
  /** Address of a Cloud Storage, in which archives have to be that images are made of; any source does when left out. */
  readonly storageUrl?: string;
  /** Addresses are served as they are shown ("loopback", when left out), or stand for others. */
  readonly addresses?: 'loopback' | 'public';
}

export interface World {
  readonly options: WorldOptions;
  /** "http://127.0.0.1:PORT" */
  endpoint: string;
  nextAddress: () => InstanceAddress;
  readonly durations: Durations;
  readonly clock: Clock;
  readonly faults: FaultPlan;
  readonly calls: CallRecord[];
  /** Access tokens that let in. */
  readonly tokens: Set<string>;
  /** By their paths, of all projects. */
  readonly instances: Shelf<Instance>;
  readonly disks: Shelf<Disk>;
  readonly images: Shelf<Image>;
  readonly operations: Map<string, Operation>;
  /** Operations by the ids of the requests that asked for them. */
  readonly requests: Map<string, Operation>;
  /** What goes on after the answer: guests that start or end. */
  readonly background: Set<Promise<unknown>>;
  /** A number as Google's ids are. */
  newId(): string;
}

export function makeWorld(options: WorldOptions): World {
  const hiddenReads = (): number => options.hiddenReads ?? 0;
  const shelf = <T>(): Shelf<T> =>
    makeShelf<T>({ prefix: undefined, missing: notFound, malformed: notFound }, hiddenReads);
  let ids = 0;
  return {
    options,
    endpoint: '',
    nextAddress: () => {
      throw new GoogleProblem(500, 'backendError', 'the server is not up');
    },
    durations: { ...DURATIONS, ...options.durations },
    clock: makeClock(Date.now(), options.timeScale ?? 0),
    faults: makeFaultPlan(options.faults ?? []),
    calls: [],
    tokens: new Set(['ya29.test']),
    instances: shelf<Instance>(),
    disks: shelf<Disk>(),
    images: shelf<Image>(),
    operations: new Map(),
    requests: new Map(),
    background: new Set(),
    newId: () => {
      ids += 1;
      return String(4_611_686_018_427_387_904n + BigInt(ids) * 7_919n);
    },
  };
}

/** Work that goes on beside the calls; `settled` of the server waits for it. */
export function inBackground(world: World, work: Promise<unknown>): void {
  world.background.add(work);
  void work.finally(() => world.background.delete(work));
}

/** The virtual time as Compute Engine writes it. */
export function timestamp(world: World): string {
  return `${world.clock.date().toISOString().slice(0, -1)}-00:00`;
}

/** The address that Google's own links have, wherever the server is. */
export function link(path: string): string {
  return `https://www.googleapis.com/compute/v1/${path}`;
}

/** The path in a link, or in a part of one: "zones/z/…" of the caller's project, "global/images/x", "projects/…". */
export function pathOf(text: string, project: string): string {
  const path = text.replace(/^https?:\/\/[^/]+\/(compute\/v1\/)?/, '').replace(/^\/?(compute\/v1\/)?/, '');
  return path.startsWith('projects/') ? path : `projects/${project}/${path}`;
}
