import type { World } from './world.ts';

/** How the state of what a call makes goes on. */
export interface Outcome {
  readonly stuck: boolean;
  readonly fails: { readonly code: string; readonly message: string } | undefined;
}

/** A call that fits the API, and what was sent. */
export interface Call {
  /** "instances.insert" */
  readonly name: string;
  readonly world: World;
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** JSON; {} without a body. */
  readonly body: unknown;
  /** Whose token it was. */
  readonly user: string;
  readonly outcome: Outcome;
}

/** Resolves with the JSON of the answer. */
export type Handler = (call: Call) => object | Promise<object>;
export type Handlers = Readonly<Record<string, Handler>>;

/** "projects/bakery/zones/us-central1-a", "projects/bakery/regions/us-central1" or "projects/bakery/global". */
export function scopePath({ path: { project = '', zone, region } }: Pick<Call, 'path'>): string {
  const place = zone === undefined ? (region === undefined ? 'global' : `regions/${region}`) : `zones/${zone}`;
  return `projects/${project}/${place}`;
}

/** "us-central1" of "us-central1-a". */
export function regionOf(zone: string): string {
  return zone.replace(/-[a-z]$/, '');
}
