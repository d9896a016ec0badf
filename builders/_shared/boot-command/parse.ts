import type { BootCommandFault, BootStep, KeyAction, ParsedBootCommand, WaitPlace } from './boot-command.ts';
import { waitMilliseconds } from './duration.ts';
import { specialKey } from './special-keys.ts';

const DEFAULT_WAIT_FOR_MILLISECONDS = 5 * 60_000;

interface Token {
  /** Undefined: what was read has no effect of its own, see `fault`. */
  readonly step?: BootStep;
  readonly fault?: BootCommandFault;
  readonly length: number;
}

function waitToken(text: string, offset: number): Token | undefined {
  const [whole, duration = ''] = /^<wait([^<>]*)>/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const time = duration === '' ? 1000 : waitMilliseconds(duration);
  if (time === undefined) return undefined;
  if (time > 0) return { step: { type: 'wait', milliseconds: time }, length: whole.length };
  return { fault: { offset, message: `${whole} waits for no time: it has to be more than 0` }, length: whole.length };
}

const places: Readonly<Record<string, WaitPlace>> = { '': 'any', Console: 'console', Screen: 'screen' };

function waitForToken(text: string, offset: number): Token | undefined {
  const [begin, where = ''] = /^<waitFor(Console|Screen|)(?=[\s'">])/.exec(text) ?? [];
  if (begin === undefined) return undefined;
  const [whole, single, double, limit] =
    /^<waitFor\w*\s+(?:'([^']+)'|"([^"]+)")(?:\s+([^\s<>]+))?\s*>/.exec(text) ?? [];
  const wanted = single ?? double;
  const timeout = limit === undefined ? DEFAULT_WAIT_FOR_MILLISECONDS : waitMilliseconds(limit);
  if (whole === undefined || wanted === undefined || timeout === undefined || timeout <= 0) {
    const hint = `write it as <waitFor${where} 'text'> or <waitFor${where} 'text' 2m>`;
    return { fault: { offset, message: `${begin} is not complete`, hint }, length: begin.length };
  }
  const step = { type: 'wait-for', text: wanted, place: places[where] ?? 'any', timeout } as const;
  return { step, length: whole.length };
}

function actionOf(suffix: string): KeyAction {
  if (suffix === '') return 'press';
  return suffix.toLowerCase() === 'on' ? 'down' : 'up';
}

function keyToken(text: string): Token | undefined {
  const [whole, word = ''] = /^<([a-z]+\d*(?:on|off)?)>/i.exec(text) ?? [];
  if (whole === undefined) return undefined;
  // The whole word first: "rightOption" ends in "on" as well.
  const pressed = specialKey(word);
  if (pressed !== undefined) return { step: { type: 'key', key: pressed, action: 'press' }, length: whole.length };
  const [, name = '', suffix = ''] = /^(.*)(on|off)$/i.exec(word) ?? [];
  const held = specialKey(name);
  if (held === undefined) return undefined;
  return { step: { type: 'key', key: held, action: actionOf(suffix) }, length: whole.length };
}

function heldCharacterToken(text: string): Token | undefined {
  const [whole, character, suffix = ''] = /^<(.)(on|off)>/isu.exec(text) ?? [];
  if (whole === undefined || character === undefined) return undefined;
  return { step: { type: 'character', character, action: actionOf(suffix) }, length: whole.length };
}

function literalToken(text: string): Token {
  const character = String.fromCodePoint(text.codePointAt(0) ?? 0);
  return { step: { type: 'character', character, action: 'press' }, length: character.length };
}

/**
 * Reads a boot command: special keys, held keys and waits in angle brackets, all other text as what is typed. What
 * looks like a key but is none is typed as it stands, as Packer does; a wait that cannot be is a fault.
 */
export function parseBootCommand(text: string): ParsedBootCommand {
  const steps: BootStep[] = [];
  for (let offset = 0; offset < text.length;) {
    const rest = text.slice(offset, offset + 4096);
    const token =
      (rest.startsWith('<')
        ? (waitForToken(rest, offset) ?? waitToken(rest, offset) ?? keyToken(rest) ?? heldCharacterToken(rest))
        : undefined) ?? literalToken(rest);
    if (token.fault !== undefined) return { fault: token.fault };
    if (token.step !== undefined) steps.push(token.step);
    offset += token.length;
  }
  return { steps };
}
