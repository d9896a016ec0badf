import { hasShell, openShell, wayIn } from './ask-at-failure.ts';
import type { BuildState } from './build-state.ts';

/**
 * With -debug, and when someone can be asked: waits for an answer, but not twice without a step in between. `when`
 * completes "Pausing …".
 */
export async function pauseInDebug(state: BuildState, when: string, signal: AbortSignal): Promise<void> {
  const { run, planned, steps } = state;
  const { ask } = run;
  if (!run.debug || ask === undefined || run.pausing.isOver || signal.aborted) return;
  if (state.pausedAfter === steps.length) return;
  state.pausedAfter = steps.length;
  const choice = [
    '[enter] next',
    '[c] continue without pauses',
    ...(hasShell(state) ? ['[s] shell in the machine'] : []),
  ];
  const about = run.mask.text(`${planned.displayName}: Pausing ${when}.`);
  for (;;) {
    const answer = await ask(`${wayIn(state)}${about}\n${choice.join(', ')}, [q] stop? `, signal).catch(() => '');
    switch (answer.trim().toLowerCase().charAt(0)) {
      case '':
      case 'n':
        return;
      case 'c':
        run.pausing.isOver = true;
        return;
      case 'q':
        run.stop();
        return;
      case 's':
        await openShell(state, signal);
    }
  }
}
