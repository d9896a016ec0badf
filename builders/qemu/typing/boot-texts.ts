import { errorAt, type Diagnostic } from '../../../plugins/sdk/index.ts';
import type { LayoutName } from '../../_shared/boot-command/layouts.ts';
import { parseBootCommand } from '../../_shared/boot-command/parse.ts';
import { untypeable } from '../../_shared/boot-command/type-boot-command.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';

/** Something to type, as the template has it. */
export interface BootText {
  readonly parts: readonly string[];
  readonly pointer: string;
  /** For people; undefined for the one boot command. */
  readonly description: string | undefined;
}

export function bootTexts(config: Pick<QemuBuilderConfig, 'boot_command' | 'boot_steps'>): readonly BootText[] {
  const { boot_command: command = [], boot_steps: steps = [] } = config;
  const whole = command.length === 0 ? [] : [{ parts: command, pointer: '/boot_command', description: undefined }];
  const pieces = steps.map(([keys = '', description], index) => ({
    parts: [keys],
    pointer: `/boot_steps/${index}`,
    description: description ?? `boot step ${index + 1}`,
  }));
  return [...whole, ...pieces];
}

/** Pointer of the part in which the joined text has `offset`. */
function partAt({ parts, pointer }: BootText, offset: number): string {
  let end = 0;
  const index = parts.findIndex((part) => (end += part.length) > offset);
  return `${pointer}/${Math.max(0, index)}`;
}

/** Finds waits that cannot be and characters that no key gives, before anything is filled in. */
export function checkBootText(text: BootText, layout: LayoutName): readonly Diagnostic[] {
  const { steps, fault } = parseBootCommand(text.parts.join(''));
  if (fault !== undefined) {
    const { message, hint, offset } = fault;
    const pointer = partAt(text, offset);
    return [errorAt('QEMU_BOOT_COMMAND', pointer, message, { hint })];
  }
  const missing = untypeable(steps, layout);
  if (missing.length === 0) return [];
  const message = `the keyboard layout "${layout}" has no key for ${missing.map((one) => JSON.stringify(one)).join(', ')}`;
  return [errorAt('QEMU_BOOT_COMMAND', text.pointer, message, { hint: 'boot_keyboard_layout names another layout' })];
}
