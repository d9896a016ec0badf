import type { IncomingHttpHeaders } from 'node:http';
import type { Token } from './identity/people.ts';
import type { Region } from './region.ts';
import type { World } from './world.ts';

export type ServiceName = 'identity' | 'compute' | 'image' | 'network' | 'volume';

/** How the state of what a call makes goes on. */
export interface Outcome {
  readonly stuck: boolean;
  readonly fails: { readonly code: string; readonly message: string } | undefined;
}

/** Where a call is carried out, and what was sent. */
export interface Call {
  readonly world: World;
  /** Of Keystone, which has none, the first region. */
  readonly region: Region;
  /** Address of the service's API, without a slash at the end. */
  readonly base: string;
  /** Values of the path's variables, by their names. */
  readonly path: Readonly<Record<string, string>>;
  /** Path and query below `base`. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** JSON; undefined without a body, and for routes that take bytes. */
  readonly body: unknown;
  readonly data: Buffer;
  readonly caller: Token;
  /** The second number of the microversion; 0 where there are none. */
  readonly minor: number;
  readonly outcome: Outcome;
}

export interface Reply {
  /** 200 when left out. */
  readonly status?: number;
  /** JSON; nothing when left out. */
  readonly body?: unknown;
  /** Of an answer without a body, when it is not what the service usually says; "" for none. */
  readonly type?: string;
  /** Bytes instead of JSON. */
  readonly data?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  /** Faults and the list of calls name it so, after the service's name: "compute.createServer". */
  readonly name: string;
  readonly method: string;
  /** "/servers/:id/action" */
  readonly path: string;
  /** Only requests whose body has this member. */
  readonly action?: string;
  /** The recorded schema that the body must fit. */
  readonly schema?: string;
  /** No token is asked for. */
  readonly open?: boolean;
  /** The body is bytes of this type. */
  readonly bytes?: boolean;
  /** The first and last microversion that have it, by their second numbers. */
  readonly since?: number;
  readonly until?: number;
  act(call: Call): Reply | Promise<Reply>;
}

/** A member of the body; routes with a schema know what it is. */
export function part(call: Call, name: string): unknown {
  return (call.body as Readonly<Record<string, unknown>>)[name];
}
