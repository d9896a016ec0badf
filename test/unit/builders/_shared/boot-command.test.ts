import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { BootStep } from '../../../../builders/_shared/boot-command/boot-command.ts';
import { keystrokes } from '../../../../builders/_shared/boot-command/keystrokes.ts';
import { layoutKeys, layouts, type LayoutName } from '../../../../builders/_shared/boot-command/layouts.ts';
import { parseBootCommand } from '../../../../builders/_shared/boot-command/parse.ts';
import { typeBootCommand, untypeable } from '../../../../builders/_shared/boot-command/type-boot-command.ts';

const names = Object.keys(layouts) as LayoutName[];

function steps(text: string): readonly BootStep[] {
  const parsed = parseBootCommand(text);
  if (parsed.fault !== undefined) throw new Error(parsed.fault.message);
  return parsed.steps;
}

function typed(text: string): string {
  return steps(text)
    .map((step) => (step.type === 'character' && step.action === 'press' ? step.character : `[${step.type}]`))
    .join('');
}

async function events(text: string, layout: LayoutName = 'us', groupInterval = 0): Promise<string> {
  const seen: string[] = [];
  await typeBootCommand(
    steps(text),
    layout,
    {
      key: (event) => Promise.resolve(void seen.push(`${event.down ? '+' : '-'}${event.qcode}`)),
      pause: (milliseconds) => Promise.resolve(void seen.push(`${milliseconds} ms`)),
      waitFor: (wanted, place) => Promise.resolve(void seen.push(`${place}: ${wanted}`)),
    },
    groupInterval,
  );
  return seen.join(' ');
}

describe('parseBootCommand', () => {
  test.each([
    ['<wait>', 1000],
    ['<wait5>', 5000],
    ['<wait10>', 10_000],
    ['<wait1m30s>', 90_000],
    ['<wait500ms>', 500],
    ['<wait1.5s>', 1500],
    ['<wait2h>', 7_200_000],
  ])('%s waits for %i ms', (text, milliseconds) => {
    expect(steps(text)).toEqual([{ type: 'wait', milliseconds }]);
  });

  test.each(['<wait0>', '<wait-5>', '<wait0s>', 'x<wait-1m>'])('%s is refused, as in Packer', (text) => {
    expect(parseBootCommand(text).fault?.message).toContain('more than 0');
    expect(parseBootCommand(text).fault?.offset).toBe(text.indexOf('<'));
  });

  test.each(['<foo>', '<', '<<', '<Wait>', '<wait5x>', '<waitx>', '<enter', '< enter>', '<f13>', '<>', '<abOn>'])(
    '%s is no key, so it is typed as it stands',
    (text) => {
      expect(typed(text)).toBe(text);
    },
  );

  test.each([
    ['<enter>', 'enter', 'press'],
    ['<ENTER>', 'enter', 'press'],
    ['<pageUp>', 'pageup', 'press'],
    ['<f1>', 'f1', 'press'],
    ['<f12>', 'f12', 'press'],
    ['<leftCtrlOn>', 'leftctrl', 'down'],
    ['<leftctrlOFF>', 'leftctrl', 'up'],
    ['<rightOption>', 'rightoption', 'press'],
    ['<f6Off>', 'f6', 'up'],
  ])('%s is the key %s', (text, key, action) => {
    expect(steps(text)).toEqual([{ type: 'key', key, action }]);
  });

  test('a single character can be held', () => {
    expect(steps('<cOn><cOff>')).toEqual([
      { type: 'character', character: 'c', action: 'down' },
      { type: 'character', character: 'c', action: 'up' },
    ]);
  });

  test('a text can be waited for, with a limit and a place', () => {
    expect(steps(`<waitFor 'login: '><waitForScreen "boot:" 2m><waitForConsole 'it"s' 10>`)).toEqual([
      { type: 'wait-for', text: 'login: ', place: 'any', timeout: 300_000 },
      { type: 'wait-for', text: 'boot:', place: 'screen', timeout: 120_000 },
      { type: 'wait-for', text: 'it"s', place: 'console', timeout: 10_000 },
    ]);
  });

  test.each(['<waitFor>', "<waitFor 'x'", "<waitFor ''>", "<waitFor 'x' soon>", "<waitFor 'x' 0s>"])(
    '%s is refused with the right form',
    (text) => {
      expect(parseBootCommand(text).fault?.hint).toContain("<waitFor 'text'>");
    },
  );

  test('a character outside the basic plane is one character', () => {
    expect(steps('😀')).toEqual([{ type: 'character', character: '😀', action: 'press' }]);
  });
});

describe('typeBootCommand', () => {
  test('holds shift for what needs it, and only for that', async () => {
    expect(await events('aB')).toBe('+a -a +shift +b -b -shift');
  });

  test('holds keys until they are let go', async () => {
    expect(await events('<leftCtrlOn>c<leftCtrlOff><AOn>x<AOff>')).toBe('+ctrl +c -c -ctrl +shift +a +x -x -a -shift');
  });

  test('waits where it is told to', async () => {
    expect(await events(`<wait2><waitFor 'x'><enter>\n`)).toBe('2000 ms any: x +ret -ret +ret -ret');
  });

  test('types for the layout of the guest', async () => {
    expect(await events('yz', 'de')).toBe('+z -z +y -y');
    expect(await events('@', 'de')).toBe('+alt_r +q -q -alt_r');
    expect(await events('a1', 'fr')).toBe('+q -q +shift +1 -1 -shift');
  });

  test('gives a dead key its space', async () => {
    expect(await events('^', 'de')).toBe('+grave_accent -grave_accent +spc -spc');
  });
});

describe('layouts', () => {
  test.each(names)('%s has every printable ASCII character', (name) => {
    const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');
    expect(untypeable(steps(ascii.replaceAll('<', '')), name)).toEqual([]);
    expect(keystrokes('<', name)).toBeDefined();
  });

  test.each(names)('%s has one character for each key of each level', (name) => {
    const { plain, shift, altgr } = layouts[name];
    expect([plain, shift, altgr].map((level) => Array.from(level).length)).toEqual([48, 48, 48]);
    expect(layoutKeys).toHaveLength(48);
  });

  test('what no key gives is named', () => {
    expect(untypeable(steps('aя€я'), 'us')).toEqual(['я', '€']);
  });

  test.each(names)('%s agrees with the X keyboard extension on letters and digits', (name) => {
    const [layout = '', variant = ''] = name.split('-');
    const keymap = execFileSync('xkbcli', ['compile-keymap', '--layout', layout, '--variant', variant], {
      encoding: 'utf8',
    });
    const names = ['AE', 'AD', 'AC', 'AB'].flatMap((row) => [1, 2, 3, 4, 5, 6, 7].map((at) => `${row}0${at}`));
    const starts = { AE: 1, AD: 13, AC: 25, AB: 38 };
    for (const key of names) {
      const [symbol = ''] =
        new RegExp(`key <${key}>[^\\[]*(?:\\[Group1\\][^\\[]*)?\\[\\s*(\\w+)`).exec(keymap)?.slice(1) ?? [];
      if (symbol.length !== 1) continue;
      const at = starts[key.slice(0, 2) as keyof typeof starts] + Number(key.slice(2)) - 1;
      expect(`${key} ${Array.from(layouts[name].plain)[at] ?? ''}`).toBe(`${key} ${symbol}`);
    }
  });
});

test('after keys that are typed in one go there is a pause, if one is asked for', async () => {
  const text = "<wait>a<enter><wait2><waitFor 'x'>b";
  const keys = { a: '+a -a +ret -ret', b: '+b -b' };
  expect(await events(text, 'us', 700)).toBe(`1000 ms ${keys.a} 700 ms 2000 ms any: x ${keys.b} 700 ms`);
  expect(await events(text)).toBe(`1000 ms ${keys.a} 2000 ms any: x ${keys.b}`);
});
