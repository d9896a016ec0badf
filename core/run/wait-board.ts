import type { WaitState } from '../contract/build-run.ts';
import type { Emit } from '../events/event.ts';
import { newConsoleLine } from './console-line.ts';

const CONSOLE_MILLISECONDS = 1000;
/** A wait of which there is nothing new is told again after so long. */
const REMINDER_MILLISECONDS = 30_000;

/** What the builds of a run wait for; tells it as events. */
export interface WaitBoard {
  /** See `Ui.waiting`. */
  tell(build: string, what: string, state: WaitState | undefined): void;
  /** While the build waits, the last line of this file is part of what is told. */
  watchConsole(build: string, path: string): void;
}

interface OpenWait {
  readonly build: string;
  readonly what: string;
  readonly started: number;
  state: WaitState;
  told: number;
}

interface Console {
  readonly path: string;
  readonly seen: { size: number };
  line: string | undefined;
}

export function waitBoard(emit: Emit): WaitBoard {
  const waits = new Map<string, OpenWait>();
  const consoles = new Map<string, Console>();
  let timer: NodeJS.Timeout | undefined;
  let looking = false;

  const emitWait = (wait: OpenWait): void => {
    const { build, what, started, state } = wait;
    wait.told = performance.now();
    const { reason, limit } = state;
    const line = consoles.get(build)?.line;
    emit({
      type: 'waiting',
      build,
      what,
      ...(reason === undefined ? {} : { reason }),
      elapsed: Math.round(wait.told - started),
      ...(limit === undefined ? {} : { limit }),
      ...(line === undefined ? {} : { console: line }),
    });
  };
  const look = async (): Promise<void> => {
    const builds = new Set([...waits.values()].map(({ build }) => build));
    const changed = new Set<string>();
    for (const build of builds) {
      const console = consoles.get(build);
      // A console that cannot be read has nothing to say.
      const line = console && (await newConsoleLine(console.path, console.seen).catch(() => undefined));
      if (console === undefined || line === undefined || line === console.line) continue;
      console.line = line;
      changed.add(build);
    }
    const now = performance.now();
    for (const wait of waits.values()) {
      if (changed.has(wait.build) || now - wait.told >= REMINDER_MILLISECONDS) emitWait(wait);
    }
  };
  const tick = (): void => {
    if (looking) return;
    looking = true;
    void look().finally(() => (looking = false));
  };
  return {
    tell: (build, what, state) => {
      const key = `${build}\n${what}`;
      const known = waits.get(key);
      if (state === undefined) {
        if (known === undefined) return;
        waits.delete(key);
        emit({ type: 'waited', build, what, milliseconds: Math.round(performance.now() - known.started) });
        if (waits.size > 0) return;
        clearInterval(timer);
        timer = undefined;
        return;
      }
      if (known !== undefined && known.state.reason === state.reason && known.state.limit === state.limit) return;
      const wait = known ?? { build, what, started: performance.now(), state, told: 0 };
      wait.state = state;
      waits.set(key, wait);
      emitWait(wait);
      timer ??= setInterval(tick, CONSOLE_MILLISECONDS).unref();
    },
    watchConsole: (build, path) => void consoles.set(build, { path, seen: { size: 0 }, line: undefined }),
  };
}
