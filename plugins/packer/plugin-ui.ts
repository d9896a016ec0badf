import { basename } from 'node:path';
import type { PluginUi } from '../../clients/packer-plugin/index.ts';
import type { Ui } from '../../core/contract/build-run.ts';
import { CommandError } from '../../core/errors/errors.ts';

interface Asking {
  readonly ask?: (question: string, signal: AbortSignal) => Promise<string>;
  readonly signal: AbortSignal;
}

/** What a plugin of Packer's says, as events of the build. */
export function pluginUi(run: Ui & Asking): PluginUi {
  const { ask, signal } = run;
  const lines = (text: string): readonly string[] => text.replace(/\n+$/, '').split('\n');
  return {
    say: (text) => {
      for (const line of lines(text)) run.say(line);
    },
    message: (text) => {
      for (const line of lines(text)) run.output('stdout', line);
    },
    error: (text) => {
      for (const line of lines(text)) run.output('stderr', line);
    },
    machine: (category, values) => {
      run.debug([category, ...values].join(','));
    },
    ask: (question) => {
      if (ask !== undefined) return ask(question, signal);
      const message = `the plugin asks "${question}", and there is nobody to ask`;
      throw new CommandError(message, { code: 'PLUGIN_REFUSED', hint: 'run Kiln in a terminal' });
    },
    progress: (source, current, total) => {
      let done = current;
      return {
        add: (amount) => {
          done += amount;
          run.progress(basename(source), done, total > 0 ? total : undefined);
        },
        close: () => undefined,
      };
    },
  };
}
