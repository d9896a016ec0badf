import { fieldsOf } from '../rpc/messages.ts';
import type { RpcMethods } from '../rpc/server.ts';

/** Follows something that takes long; amounts in bytes. */
export interface PluginProgress {
  add(amount: number): void;
  close(): void;
}

/** What a plugin tells whoever runs it, and asks. */
export interface PluginUi {
  /** A step begins. */
  say(text: string): void;
  /** A line of output. */
  message(text: string): void;
  error(text: string): void;
  /** For programs that read Packer's machine-readable output. */
  machine(category: string, values: readonly string[]): void;
  /** @throws when nobody can be asked; the plugin gets the message. */
  ask(question: string): Promise<string>;
  /** @param total is 0 when the plugin does not know it. */
  progress(source: string, current: number, total: number): PluginProgress;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function amount(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}

/** The calls `Ui.…` of a plugin, and those of each progress that it begins: `Ui` and the id that it was answered. */
export function uiMethods(ui: PluginUi): RpcMethods {
  const progresses = new Map<string, PluginProgress>();
  let begun = 0;

  function begin(args: unknown): string {
    const fields = fieldsOf(args) ?? {};
    const id = String((begun += 1));
    progresses.set(id, ui.progress(text(fields['Src']), amount(fields['CurrentSize']), amount(fields['TotalSize'])));
    return id;
  }

  function ofProgress(name: string): ReturnType<RpcMethods> {
    const [, id = '', call] = /^Ui(\d+)\.(Add|Close)$/.exec(name) ?? [];
    const progress = progresses.get(id);
    if (progress === undefined) return undefined;
    if (call === 'Add') {
      return (args) => {
        progress.add(amount(args));
      };
    }
    return () => {
      progresses.delete(id);
      progress.close();
    };
  }

  const methods: ReadonlyMap<string, (args: unknown) => unknown> = new Map<string, (args: unknown) => unknown>([
    [
      'Ui.Say',
      (args) => {
        ui.say(text(args));
      },
    ],
    [
      'Ui.Message',
      (args) => {
        ui.message(text(args));
      },
    ],
    [
      'Ui.Error',
      (args) => {
        ui.error(text(args));
      },
    ],
    ['Ui.Ask', (args) => ui.ask(text(args))],
    ['Ui.NewTrackProgress', begin],
    [
      'Ui.Machine',
      (args) => {
        const fields = fieldsOf(args) ?? {};
        const values = Array.isArray(fields['Args']) ? fields['Args'].map(text) : [];
        ui.machine(text(fields['Category']), values);
      },
    ],
  ]);
  return (name) => methods.get(name) ?? ofProgress(name);
}
