import type { KilnEvent } from '../events/event.ts';

/** Shows a run's events to someone. Writing never throws and never waits. */
export interface Reporter {
  report(event: KilnEvent): void;
  /** After the last event: takes away what is only for the moment (a progress line). */
  end(): void;
}

/** Where a reporter's text goes: whole lines, each with its end. */
export type Write = (text: string) => void;
