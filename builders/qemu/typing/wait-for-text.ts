import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { throwIfCancelled, TimeoutError } from '../../../plugins/sdk/index.ts';
import type { WaitPlace } from '../../_shared/boot-command/boot-command.ts';
import type { Qmp } from '../machine/qmp.ts';
import { readTextScreen, screenShows } from './text-screen.ts';

const POLL_MILLISECONDS = 100;

export interface Watched {
  readonly qmp: Qmp;
  readonly consoleFile: string;
  /** A path that QEMU may write to. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}

export type WaitForText = (text: string, place: WaitPlace, timeout: number) => Promise<void>;

const places: Readonly<Record<WaitPlace, string>> = {
  console: 'on the serial console',
  screen: 'on the screen',
  any: 'on the serial console or the screen',
};

function shownLines(lines: readonly string[]): string {
  const filled = lines.filter((line) => line !== '');
  return filled.length === 0 ? '' : `\nthe screen shows:\n${filled.map((line) => `  ${line}`).join('\n')}`;
}

/**
 * Waits for texts, one after the other: what the serial console said before the last match does not count again. Throws
 * `TimeoutError` BOOT_TEXT_MISSING with what is on the screen.
 */
export function textWaiter({ qmp, consoleFile, scratch, signal }: Watched): WaitForText {
  let consumed = 0;
  const onConsole = async (text: string): Promise<boolean> => {
    const said = stripVTControlCharacters(await readFile(consoleFile, 'utf8').catch(() => ''));
    const at = said.indexOf(text, consumed);
    if (at >= 0) consumed = at + text.length;
    return at >= 0;
  };
  const onScreen = async (text: string): Promise<boolean> => screenShows(await readTextScreen(qmp, scratch), text);
  return async (text, place, timeout) => {
    const deadline = performance.now() + timeout;
    for (;;) {
      throwIfCancelled(signal);
      if (place !== 'screen' && (await onConsole(text))) return;
      if (place !== 'console' && (await onScreen(text))) return;
      if (performance.now() >= deadline) break;
      await delay(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
    const screen = await readTextScreen(qmp, scratch).catch(() => []);
    throw new TimeoutError(
      `the guest did not show ${JSON.stringify(text)} ${places[place]} within ${timeout / 1000} s${shownLines(screen)}`,
      {
        code: 'BOOT_TEXT_MISSING',
        hint: "correct the text in boot_command, or give it more time: <waitFor 'text' 10m>",
      },
    );
  };
}
