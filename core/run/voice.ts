import type { PlannedBuild } from '../plan/plan.ts';
import type { Voice } from './build-run.ts';
import type { RunContext } from './run-context.ts';

/** Speaks for a build, or for one of its provisioners and post-processors (`component`). */
export function voiceOf(run: RunContext, build: PlannedBuild, component?: string): Voice {
  const about = { build: build.displayName, ...(component === undefined ? {} : { component }) };
  const message = (level: 'debug' | 'info' | 'warning') => (text: string) =>
    run.emit({ type: 'message', ...about, level, text });
  return {
    say: message('info'),
    warn: message('warning'),
    debug: message('debug'),
    output: (stream, text) => run.emit({ type: 'output', ...about, stream, text }),
    progress: (what, done, total) =>
      run.emit({
        type: 'progress',
        build: build.displayName,
        what,
        done,
        ...(total === undefined ? {} : { total }),
      }),
    addSecret: (value) => run.mask.add(value),
    render: (text, data) => build.render(text, data),
  };
}
