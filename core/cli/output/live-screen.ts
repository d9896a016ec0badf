import { writeSync } from 'node:fs';
import type { Region, Screen } from '../../ui/live/region.ts';
import { isOutputBehind, printFrame, scrollThrough } from './print.ts';
import { isTerminal, UNKNOWN_COLUMNS, UNKNOWN_ROWS } from './terminal-of.ts';

/** Whether lines of standard output can be drawn anew: logs of CI systems look like terminals and are none. */
export function canDraw(): boolean {
  const { TERM, GITHUB_ACTIONS, GITLAB_CI } = process.env;
  return TERM !== 'dumb' && !GITHUB_ACTIONS && !GITLAB_CI && isTerminal(1);
}

/** Whether the terminal shows more than ASCII, as the locale says. */
export function hasUnicode(): boolean {
  const { LC_ALL, LC_CTYPE, LANG, TERM } = process.env;
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '') ?? '';
  return TERM !== 'linux' && /utf-?8/i.test(locale);
}

/** Asked of the system each time: what Node tells is as old as the last signal that has come. */
function sizeOf(): readonly [columns: number, rows: number] {
  const [columns, rows] = isTerminal(1) ? process.stdout.getWindowSize() : [0, 0];
  return [columns > 0 ? columns : UNKNOWN_COLUMNS, rows > 0 ? rows : UNKNOWN_ROWS];
}

export const screen: Screen = {
  write: printFrame,
  columns: () => sizeOf()[0],
  rows: () => sizeOf()[1],
  isBusy: isOutputBehind,
};

/**
 * Lets what is printed scroll above the region, and gives the terminal back as it was when Kiln is stopped (Ctrl-Z) or
 * ends, in whatever way but SIGKILL.
 */
export function tendRegion(region: Region): Disposable {
  let wasShown = false;
  const isShown = (): boolean => region.remains() !== '';
  const onStop = (): void => {
    wasShown = isShown();
    region.hide();
    process.kill(process.pid, 'SIGSTOP');
  };
  const onContinue = (): void => {
    // A question that waits for its answer has the terminal to itself.
    if (!wasShown && !isShown()) return;
    wasShown = false;
    region.hide();
    region.show();
  };
  const onResize = (): void => region.touch();
  const onExit = (): void => {
    const rest = region.remains();
    try {
      if (rest !== '') writeSync(1, rest);
    } catch {
      // The terminal has closed.
    }
  };
  const listeners = [
    ['SIGTSTP', onStop],
    ['SIGCONT', onContinue],
    ['SIGWINCH', onResize],
    ['exit', onExit],
  ] as const;
  for (const [name, listener] of listeners) process.on(name, listener);
  scrollThrough((text) => region.log(text));
  return {
    [Symbol.dispose]: () => {
      scrollThrough(undefined);
      for (const [name, listener] of listeners) process.off(name, listener);
    },
  };
}
