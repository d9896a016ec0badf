import type { KilnEvent } from '../events/event.ts';

/** Shows a run's events to someone. Writing never throws and never waits. */
export interface Reporter {
  report(event: KilnEvent): void;
  /** Takes away what is only for the moment, so that something can be asked; the answer brings it back. */
  suspend(): () => void;
  /** After the last event: takes away what is only for the moment. */
  end(): void;
}

/** Where a reporter's text goes: whole lines, each with its end. */
export type Write = (text: string) => void;

/** What a reporter has that shows nothing only for the moment. */
export const nothingForTheMoment: Pick<Reporter, 'suspend' | 'end'> = {
  suspend: () => () => undefined,
  end: () => undefined,
};
