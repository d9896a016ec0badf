import type { PluginUi } from '../../../clients/packer-plugin/index.ts';

/** A `Ui` that keeps what it is told, a line each: "say …", "message …", "progress … 3/289". */
export function heardUi(): PluginUi & { readonly heard: readonly string[] } {
  const heard: string[] = [];
  const hear = (kind: string) => (text: string) => void heard.push(`${kind} ${text}`);
  return {
    heard,
    say: hear('say'),
    message: hear('message'),
    error: hear('error'),
    machine: (category, values) => void heard.push(`machine ${category} ${values.join(' ')}`),
    ask: (question) => Promise.resolve(`answer to ${question}`),
    progress: (source, current, total) => {
      let done = current;
      return {
        add: (amount) => void (done += amount),
        close: () => void heard.push(`progress ${source} ${String(done)}/${String(total)}`),
      };
    },
  };
}
