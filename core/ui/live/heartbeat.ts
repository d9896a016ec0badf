import type { KilnEvent } from '../../events/event.ts';
import { newRun, noteEvent } from './model.ts';
import { statusSentence } from './status.ts';

/** A build that is silent for so long says what it is at. */
const SILENCE_MILLISECONDS = 30_000;
const LOOK_MILLISECONDS = 1000;

/** Words for a log in which nothing can be drawn anew. */
export interface Heartbeat {
  note(event: KilnEvent): void;
  /** A line of the build was written. */
  heard(build: string): void;
  end(): void;
}

/** `say` gets what a silent build does, every half a minute. */
export function heartbeat(say: (build: string, text: string) => void, now: () => number = Date.now): Heartbeat {
  const run = newRun();
  const heard = new Map<string, number>();
  const look = (): void => {
    const time = now();
    for (const build of run.builds.values()) {
      if (build.state !== 'running') continue;
      if (time - (heard.get(build.name) ?? build.started) < SILENCE_MILLISECONDS) continue;
      heard.set(build.name, time);
      say(build.name, statusSentence(build, time));
    }
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    note: (event) => {
      noteEvent(run, event);
      if (event.type === 'build-started') timer ??= setInterval(look, LOOK_MILLISECONDS).unref();
    },
    heard: (build) => void heard.set(build, now()),
    end: () => {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
