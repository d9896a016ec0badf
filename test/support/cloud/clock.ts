/** Time inside the server. It passes by calls and by `advance` only, unless `scale` lets real time count too. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  date(): Date;
  /** Runs `act` once that many milliseconds have passed. */
  after(milliseconds: number, act: () => void): void;
  advance(milliseconds: number): void;
}

interface Due {
  readonly at: number;
  readonly act: () => void;
}

/** @param scale virtual milliseconds that pass in each real one; 0 for none */
export function makeClock(start: number, scale: number): Clock {
  const began = performance.now();
  let passed = 0;
  // While something that was due runs, it is the moment it was due.
  let moment: number | undefined;
  const due: Due[] = [];
  const now = (): number => moment ?? Math.floor(start + passed + (performance.now() - began) * scale);

  function settle(until: number): void {
    if (moment !== undefined) return;
    for (let [next] = due; next !== undefined && next.at <= until; [next] = due) {
      due.shift();
      moment = next.at;
      try {
        next.act();
      } finally {
        moment = undefined;
      }
    }
  }

  return {
    now,
    date: () => new Date(now()),
    after: (milliseconds, act) => {
      const at = now() + milliseconds;
      const place = due.findIndex((each) => each.at > at);
      due.splice(place < 0 ? due.length : place, 0, { at, act });
    },
    advance: (milliseconds) => {
      passed += milliseconds;
      settle(now());
    },
  };
}
