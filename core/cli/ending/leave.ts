import { everythingEnded } from '../../process/at-end.ts';
import { everythingShown, fateOfOutput } from '../output/print.ts';

/** What a signal does by itself: Node waits for its threads before it exits, one of which may wait for ever. */
function endByForce(code: number): void {
  const signal = code > 128 ? code - 128 : 9;
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.removeAllListeners(name);
  process.kill(process.pid, signal);
}

let leaving: Promise<never> | undefined;

/**
 * Ends Kiln when all that it printed is written. When standard output could not be written it says so, and the exit
 * code is 1 instead of 0; that its reader had gone is no failure. Who calls it first decides the code: what a run comes
 * to while an interrupted Kiln already ends is nothing that was waited for.
 */
export function leave(code: number): Promise<never> {
  return (leaving ??= end(code));
}

async function end(code: number): Promise<never> {
  await everythingEnded();
  await everythingShown();
  const { failure } = fateOfOutput();
  if (failure !== undefined) {
    const { reportLostOutput } = await import('./report-error.ts');
    reportLostOutput(failure);
    await everythingShown();
  }
  if (fateOfOutput().isStuck) endByForce(code);
  process.exit(code === 0 && failure !== undefined ? 1 : code);
}
