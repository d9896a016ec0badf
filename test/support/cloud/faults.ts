/** What goes wrong, and when. Plain data: it can be sent to a server in another process. */
export interface Fault {
  /** The call, for example "RunInstances"; "*" is every call. */
  readonly call: string;
  readonly region?: string;
  /** Only calls whose input holds these values, lists and members compared one by one. */
  readonly match?: unknown;
  /** Calls that pass before the first one that is hit. */
  readonly skip?: number;
  /** How many calls are hit; 1 when it is left out. */
  readonly times?: number;
  /** Answers with this error and does nothing. */
  readonly error?: {
    readonly code: string;
    readonly message?: string;
    readonly status?: number;
    /** More headers of the answer, such as Retry-After. */
    readonly headers?: Readonly<Record<string, string>>;
  };
  /**
   * The call is carried out, then the answer is this: nothing (the connection breaks), nothing for longer than any test waits,
   * or the error.
   */
  readonly after?: 'reply-lost' | 'silence' | 'error';
  /** Nothing is done and the connection breaks. */
  readonly dropped?: boolean;
  /** Real milliseconds the answer takes longer. */
  readonly delay?: number;
  /** What the call makes or changes stays in its first state. */
  readonly stuck?: boolean;
  /** What the call makes ends badly, with this reason. */
  readonly fails?: { readonly code: string; readonly message: string };
}

export interface FaultPlan {
  add(fault: Fault): void;
  clear(): void;
  /** The faults that hit this call; counts it. */
  hit(call: string, region: string, input: unknown): readonly Fault[];
  /** Faults that were planned and have not hit as often as they should. */
  unused(): readonly Fault[];
}

/** Whether everything in `pattern` is in `value`. */
export function holds(value: unknown, pattern: unknown): boolean {
  if (typeof pattern !== 'object' || pattern === null) return value === pattern;
  if (typeof value !== 'object' || value === null) return false;
  const members: Readonly<Record<string, unknown>> = { ...value };
  return Object.entries(pattern).every(([name, inner]) => holds(members[name], inner));
}

interface Planned {
  readonly fault: Fault;
  passes: number;
  left: number;
}

export function makeFaultPlan(faults: readonly Fault[]): FaultPlan {
  let planned: Planned[] = [];
  const add = (fault: Fault): void => void planned.push({ fault, passes: fault.skip ?? 0, left: fault.times ?? 1 });
  faults.forEach(add);
  return {
    add,
    clear: () => (planned = []),
    unused: () => planned.filter((each) => each.left > 0).map((each) => each.fault),
    hit: (call, region, input) =>
      planned
        .filter(({ fault, left }) => {
          if (left <= 0 || (fault.call !== '*' && fault.call !== call)) return false;
          return (fault.region ?? region) === region && holds(input, fault.match ?? {});
        })
        .filter((each) => {
          each.passes -= 1;
          return each.passes < 0;
        })
        .map((each) => {
          each.left -= 1;
          return each.fault;
        }),
  };
}

/** More than any test waits. */
export const NEVER = 120_000;

/** The call is carried out and its answer never arrives. */
export function replyLost(call: string, times = 1): Fault {
  return { call, times, after: 'reply-lost' };
}
