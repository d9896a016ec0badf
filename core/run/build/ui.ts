import { KilnError } from '../../errors/errors.ts';
import type { PlannedBuild } from '../../plan/plan.ts';
import { templateData } from './build-data.ts';
import type { RenderData, Ui } from '../../contract/build-run.ts';
import type { BuildState } from './build-state.ts';
import type { RunContext } from '../run-context.ts';

/** One of a build's provisioners or post-processors. */
interface Component {
  readonly name: string;
  /** What the function `build` tells it. */
  readonly facts: RenderData;
}

/** Speaks for a provisioner or post-processor of a build. */
export function componentUi(state: BuildState, name: string): Ui {
  return uiOf(state.run, state.planned, { name, facts: templateData(state) });
}

/** Speaks for a build, or for one of its components. */
export function uiOf(run: RunContext, build: PlannedBuild, component?: Component): Ui {
  const about = { build: build.displayName, ...(component === undefined ? {} : { component: component.name }) };
  const message = (level: 'debug' | 'info' | 'warning') => (text: string) =>
    run.emit({ type: 'message', ...about, level, text });
  return {
    say: message('info'),
    warn: message('warning'),
    debug: message('debug'),
    output: (stream, text) => run.emit({ type: 'output', ...about, stream, text }),
    progress: (what, done, total, unit) =>
      run.emit({
        type: 'progress',
        build: build.displayName,
        what,
        done,
        ...(total === undefined ? {} : { total }),
        ...(unit === undefined ? {} : { unit }),
      }),
    waiting: (what, state) => run.waits.tell(build.displayName, what, state),
    addSecret: (value) => run.mask.add(value),
    render: (text, data, option) => {
      const onNoValue = (expression: string): void =>
        message('warning')(`{{ ${expression} }} has no value; "<no value>" is written for it, as by Packer`);
      try {
        return build.render(text, data, { facts: component?.facts, onNoValue });
      } catch (error) {
        throw option !== undefined && error instanceof KilnError ? error.at(option) : error;
      }
    },
  };
}
