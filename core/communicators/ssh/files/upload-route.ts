import type { SshBackend } from '../options.ts';

/** From how many bytes on the second connection earns its login: what it sends it sends about twice as fast. */
export const LARGE_BYTES: number = 32 * 1024 * 1024;

export interface UploadFacts {
  /** Bytes. */
  readonly size: number;
  /** The backend that holds the connection. */
  readonly backend: SshBackend;
  /** The backend that the template asks for. */
  readonly wanted: SshBackend | undefined;
  /** Everything goes through this process anyway. */
  readonly throughSocks: boolean;
  /** The build can have processes of its own. */
  readonly processes: boolean;
  readonly largeBytes: number;
}

/**
 * Which connection a file goes over: the one that is there, or a second one that OpenSSH holds, for what is large.
 * A template that asks for a backend gets that one for everything.
 */
export function uploadRoute(facts: UploadFacts): 'first' | 'second' {
  const { size, backend, wanted, throughSocks, processes, largeBytes } = facts;
  const possible = backend === 'ssh2' && wanted === undefined && processes && !throughSocks;
  return possible && size >= largeBytes ? 'second' : 'first';
}
