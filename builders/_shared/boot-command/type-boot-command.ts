import type { BootStep, KeyAction, WaitPlace } from './boot-command.ts';
import { keystrokes, type Keystroke } from './keystrokes.ts';
import type { LayoutName } from './layouts.ts';
import { qcodeOf } from './special-keys.ts';

export interface KeyEvent {
  /** QEMU's name of the key (QKeyCode). */
  readonly qcode: string;
  readonly down: boolean;
}

/** The guest as the one who types sees it. */
export interface TypingTarget {
  /** Resolves when the guest has taken the event. */
  key(event: KeyEvent): Promise<void>;
  /** Resolves after so many milliseconds. */
  pause(milliseconds: number): Promise<void>;
  /** Resolves when the guest shows the text; throws `TimeoutError` when it does not in time. */
  waitFor(text: string, place: WaitPlace, timeout: number): Promise<void>;
}

function strokeEvents({ qcode, modifiers }: Keystroke, action: KeyAction): readonly KeyEvent[] {
  const down = [...modifiers, qcode].map((key) => ({ qcode: key, down: true }));
  const up = [qcode, ...modifiers.toReversed()].map((key) => ({ qcode: key, down: false }));
  if (action === 'press') return [...down, ...up];
  return action === 'down' ? down : up;
}

/** The key events of a step; none for a wait, and for a character that the layout cannot give. */
function eventsOf(step: BootStep, layout: LayoutName): readonly KeyEvent[] {
  if (step.type === 'key') return strokeEvents({ qcode: qcodeOf(step.key), modifiers: [] }, step.action);
  if (step.type !== 'character') return [];
  return (keystrokes(step.character, layout) ?? []).flatMap((stroke) => strokeEvents(stroke, step.action));
}

function isWait({ type }: BootStep): boolean {
  return type === 'wait' || type === 'wait-for';
}

function endsGroup(step: BootStep, next: BootStep | undefined): boolean {
  return !isWait(step) && (next === undefined || isWait(next));
}

/** Characters of a boot command that the layout has no key for. */
export function untypeable(steps: readonly BootStep[], layout: LayoutName): readonly string[] {
  const characters = steps.flatMap((step) => (step.type === 'character' ? [step.character] : []));
  return [...new Set(characters)].filter((character) => keystrokes(character, layout) === undefined);
}

/**
 * Types a boot command, one event after the other; after keys that are typed in one go it waits `groupInterval`
 * milliseconds. Throws what `guest` throws.
 */
export async function typeBootCommand(
  steps: readonly BootStep[],
  layout: LayoutName,
  guest: TypingTarget,
  groupInterval = 0,
): Promise<void> {
  for (const [index, step] of steps.entries()) {
    if (step.type === 'wait') await guest.pause(step.milliseconds);
    else if (step.type === 'wait-for') await guest.waitFor(step.text, step.place, step.timeout);
    else for (const event of eventsOf(step, layout)) await guest.key(event);
    if (groupInterval > 0 && endsGroup(step, steps[index + 1])) await guest.pause(groupInterval);
  }
}
