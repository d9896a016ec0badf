/** The speed of the last moments counts, not that of the whole. */
const WINDOW_MILLISECONDS = 5000;
/** Of less time no speed is told. */
const LEAST_MILLISECONDS = 1000;

interface Sample {
  readonly time: number;
  readonly done: number;
}

/** How fast something goes. */
export interface Rate {
  add(time: number, done: number): void;
  /** Per millisecond; undefined as long as it is not known. */
  value(now: number): number | undefined;
}

export function rate(): Rate {
  let samples: readonly Sample[] = [];
  return {
    add: (time, done) => {
      const last = samples.at(-1);
      // It began anew.
      if (last !== undefined && done < last.done) samples = [];
      const recent = samples.filter((sample) => time - sample.time <= WINDOW_MILLISECONDS);
      samples = [...(recent.length === 0 ? samples.slice(-1) : recent), { time, done }];
    },
    value: (now) => {
      const [first, last] = [samples[0], samples.at(-1)];
      if (first === undefined || last === undefined) return undefined;
      // A transfer that stands still becomes slower as one looks at it.
      const passed = (now - last.time > LEAST_MILLISECONDS ? now : last.time) - first.time;
      return passed < LEAST_MILLISECONDS ? undefined : (last.done - first.done) / passed;
    },
  };
}
