import { holdReading } from '../../process/back-pressure.ts';
import { openOutlet, type Outlet } from './outlet.ts';

const { fstatSync } = process.getBuiltinModule('node:fs');

/** So many bytes may wait for a slow reader before no more is read from programs and guests; and when that goes on. */
const MOST_WAITING = 1024 * 1024;
const FEW_WAITING = 256 * 1024;
/** How long a run that was cancelled waits for its reader in the end, in milliseconds. */
const LAST_WAIT = 2000;

let outlets: { readonly output: Outlet; readonly errors: Outlet } | undefined;
let isHurried = false;
let holding = false;

async function holdWhileFull(outlet: Outlet): Promise<void> {
  holding = true;
  while (outlet.waiting() > FEW_WAITING && !isHurried) await new Promise((resolve) => setTimeout(resolve, 5));
  holding = false;
}

function onWaiting(outlet: Outlet): void {
  if (outlet.waiting() > MOST_WAITING && !holding && !isHurried) holdReading(holdWhileFull(outlet));
}

/** Both go to one place: what is written first is there first. */
function isShared(): boolean {
  const [output, errors] = [fstatSync(1), fstatSync(2)];
  return output.dev === errors.dev && output.ino === errors.ino && !output.isFile();
}

function opened(): { readonly output: Outlet; readonly errors: Outlet } {
  if (outlets !== undefined) return outlets;
  const output = openOutlet(1, onWaiting);
  return (outlets = { output, errors: isShared() ? output : openOutlet(2, onWaiting) });
}

/** Where text for the terminal goes while something is drawn below it. */
let scroll: ((text: string) => void) | undefined;

/** While lines are drawn at the terminal's end, what is printed there goes above them; undefined: not any more. */
export function scrollThrough(above: ((text: string) => void) | undefined): void {
  scroll = above;
}

/** Writes to the terminal where the cursor is, whatever is drawn there. */
export function printFrame(text: string): void {
  opened().output.write(text);
}

/** Whether standard output's reader has yet to take something. */
export function isOutputBehind(): boolean {
  return opened().output.waiting() > 0;
}

/** Writes to standard output. Never throws and never waits; what its reader does not take yet is kept. */
export function print(text: string | Uint8Array): void {
  if (scroll !== undefined && typeof text === 'string') scroll(text);
  else opened().output.write(text);
}

/** Writes to standard error, as `print` does. */
export function printError(text: string): void {
  const { output, errors } = opened();
  if (scroll !== undefined && output === errors) scroll(text);
  else errors.write(text);
}

/** From now on no reader is waited for longer than a moment: someone wants Kiln to end. */
export function hurry(): void {
  isHurried = true;
}

/** Resolves when all that was printed is written; when `hurry` was called, a reader that stands still has not got it. */
export async function everythingShown(): Promise<void> {
  const { output, errors } = opened();
  const all = Promise.all([output.empty(), errors.empty()]);
  const state = { over: false };
  void all.then(() => (state.over = true));
  for (let since = Date.now(); !state.over;) {
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 50).unref())]);
    if (!isHurried) since = Date.now();
    if (Date.now() - since > LAST_WAIT) return;
  }
}

/**
 * Asks something at the terminal, with nothing between the question and the answer: what is printed meanwhile comes
 * after it.
 */
export async function undisturbed<T>(ask: () => Promise<T>): Promise<T> {
  await everythingShown();
  const { output, errors } = opened();
  const both = [output, errors];
  for (const outlet of both) outlet.pause();
  try {
    return await ask();
  } finally {
    for (const outlet of both) outlet.resume();
  }
}

/** How writing went: why standard output is not whole, and whether a thread may never come back from it. */
export function fateOfOutput(): { readonly failure: Error | undefined; readonly isStuck: boolean } {
  const { output, errors } = opened();
  return { failure: output.failure(), isStuck: output.isStuck() || errors.isStuck() };
}
