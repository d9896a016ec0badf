import { makeClock, type Clock } from '../cloud/clock.ts';
import { makeFaultPlan, type Fault, type FaultPlan } from '../cloud/faults.ts';
import { makeIds } from '../cloud/ids.ts';
import { emptyRegion, type Region } from './region.ts';
import type { GuestPlan } from '../cloud/guest.ts';
import { makeTunnels, type TestTunnels } from './instance-connect/tunnels.ts';
import type { IamState } from './other-services/iam-state.ts';
import { makeSessions, type TestSessions } from './session-manager/sessions.ts';
import type { InstanceAddress } from '../cloud/addresses.ts';

/** Virtual milliseconds that things take. */
export interface Durations {
  readonly start: number;
  readonly checks: number;
  readonly stop: number;
  readonly terminate: number;
  readonly snapshot: number;
  readonly image: number;
  readonly volume: number;
  readonly importTask: number;
  /** Until a Windows instance has its password. */
  readonly password: number;
  /** How long a terminated instance is still listed. */
  readonly memory: number;
}

const DURATIONS: Durations = {
  start: 10_000,
  checks: 60_000,
  stop: 20_000,
  terminate: 20_000,
  snapshot: 40_000,
  image: 60_000,
  volume: 5000,
  importTask: 60_000,
  password: 120_000,
  memory: 3_600_000,
};

export interface Ec2Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Identity extends Ec2Credentials {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
  expired: boolean;
}

/** One call that was made, in order. */
export interface CallRecord {
  readonly service: string;
  readonly call: string;
  readonly region: string;
  /** ARN of who called. */
  readonly caller: string;
  readonly input: unknown;
  /** The error's code; undefined when it went well. */
  error: string | undefined;
  /** The virtual time. */
  readonly at: number;
}

export interface WorldOptions {
  readonly account?: string;
  /** Reads by id that miss a new resource. 0 when left out. */
  readonly hiddenReads?: number;
  /** Virtual milliseconds that pass with each call. 5000 when left out. */
  readonly timePerCall?: number;
  /** Virtual milliseconds that pass in each real one. 0 when left out. */
  readonly timeScale?: number;
  readonly durations?: Partial<Durations>;
  readonly faults?: readonly Fault[];
  /** What answers on the address of an instance; nothing when left out. */
  readonly guest?: GuestPlan;
  /** "loopback" (addresses in 127.0.0.0/8, which can be dialled) or "public" (made-up ones, for the dial guard's map). */
  readonly addresses?: 'loopback' | 'public';
  /** The spot price of every type, in dollars an hour. 0.05 when left out. */
  readonly spotPrice?: number;
  /** Whether the signature of each request is computed and compared. true when left out. */
  readonly checkSignatures?: boolean;
  /** Called when a volume is attached and detached, with its id and the device's name; for a real disk behind it. */
  readonly onAttach?: (volumeId: string, device: string) => void;
  readonly onDetach?: (volumeId: string) => void;
}

/** Answers that were given for a client token. */
export interface TokenEntry {
  readonly parameters: string;
  readonly value: unknown;
}

export interface StoredObject {
  readonly data: Buffer;
  readonly encryption: string | undefined;
  /** The headers x-amz-meta-…, by their names. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Bucket {
  readonly objects: Map<string, StoredObject>;
  readonly uploads: Map<
    string,
    Omit<StoredObject, 'data'> & {
      readonly key: string;
      readonly parts: Map<number, Buffer>;
      readonly initiated: Date;
    }
  >;
}

export interface World {
  readonly options: WorldOptions;
  readonly account: string;
  readonly durations: Durations;
  readonly clock: Clock;
  readonly faults: FaultPlan;
  readonly calls: CallRecord[];
  readonly identities: Map<string, Identity>;
  readonly tokens: Map<string, TokenEntry>;
  readonly iam: IamState;
  readonly sessions: TestSessions;
  readonly tunnels: TestTunnels;
  readonly buckets: Map<string, Bucket>;
  readonly regions: ReadonlyMap<string, Region>;
  /** What goes on after the answer: guests that start or end. */
  readonly background: Set<Promise<unknown>>;
  newId(prefix: string): string;
  /** The next address of an instance, as it is shown and where it is served. */
  newAddress(): InstanceAddress;
}

/** Regions of the account; those with false are not opted in. */
const REGIONS: readonly (readonly [string, boolean])[] = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1'].map(
    (name) => [name, true] as const,
  ),
  ...['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1', 'eu-north-1'].map((name) => [name, true] as const),
  ...['ap-south-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'].map((name) => [name, true] as const),
  ...['ap-southeast-1', 'ap-southeast-2'].map((name) => [name, true] as const),
  ['af-south-1', false],
  ['ap-east-1', false],
  ['me-south-1', false],
];

export function optedIn(region: string): boolean {
  return REGIONS.some(([name, opted]) => name === region && opted);
}

export function makeWorld(options: WorldOptions, newAddress: () => InstanceAddress): World {
  const account = options.account ?? '123456789012';
  const identities = new Map<string, Identity>();
  const hiddenReads = (): number => options.hiddenReads ?? 0;
  const newId = makeIds();
  const regions = new Map(REGIONS.map(([name]) => [name, emptyRegion(name, hiddenReads)]));
  return {
    options,
    account,
    durations: { ...DURATIONS, ...options.durations },
    clock: makeClock(Date.now(), options.timeScale ?? 0),
    faults: makeFaultPlan(options.faults ?? []),
    calls: [],
    identities,
    tokens: new Map(),
    buckets: new Map(),
    sessions: makeSessions(),
    tunnels: makeTunnels(),
    iam: { roles: new Map(), profiles: new Map() },
    regions,
    background: new Set(),
    newId,
    newAddress,
  };
}
