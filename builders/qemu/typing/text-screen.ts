import { readFile, rm } from 'node:fs/promises';
import type { Qmp } from '../machine/qmp.ts';

/** A VGA screen in text mode: 25 lines of 80 cells, two bytes each, the first of which is the character. */
const ADDRESS = 0xb8000;
const COLUMNS = 80;
const LINES = 25;

function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ' ';
}

/**
 * The lines on the guest's screen, without blanks at their ends; blank ones for a screen in graphics mode, mostly.
 * `scratch` is a path that QEMU may write to.
 */
export async function readTextScreen(qmp: Qmp, scratch: string): Promise<readonly string[]> {
  await qmp.execute('pmemsave', { val: ADDRESS, size: COLUMNS * LINES * 2, filename: scratch });
  const cells = await readFile(scratch);
  await rm(scratch, { force: true });
  return Array.from({ length: LINES }, (_, line) =>
    Array.from({ length: COLUMNS }, (__, column) => printable(cells[(line * COLUMNS + column) * 2] ?? 0))
      .join('')
      .trimEnd(),
  );
}

/** Whether a text is on the screen, also when it goes on in the next line. */
export function screenShows(lines: readonly string[], text: string): boolean {
  const unbroken = lines.map((line) => line.padEnd(COLUMNS)).join('');
  return lines.some((line) => line.includes(text.trimEnd())) || unbroken.includes(text);
}
