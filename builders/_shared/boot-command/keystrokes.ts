import { layoutKeys, layouts, type Layout, type LayoutName } from './layouts.ts';

/** A key and the modifiers that are held while it is pressed, in QEMU's words (QKeyCode). */
export interface Keystroke {
  readonly qcode: string;
  readonly modifiers: readonly string[];
}

const levels: readonly (readonly [keyof Omit<Layout, 'dead'>, readonly string[]])[] = [
  ['plain', []],
  ['shift', ['shift']],
  ['altgr', ['alt_r']],
];

const everywhere: Readonly<Record<string, Keystroke>> = {
  ' ': { qcode: 'spc', modifiers: [] },
  '\n': { qcode: 'ret', modifiers: [] },
  '\t': { qcode: 'tab', modifiers: [] },
};

function table(layout: Layout): ReadonlyMap<string, readonly Keystroke[]> {
  const found = new Map<string, readonly Keystroke[]>();
  for (const [level, modifiers] of levels) {
    for (const [index, character] of Array.from(layout[level]).entries()) {
      const qcode = layoutKeys[index];
      if (character === ' ' || qcode === undefined || found.has(character)) continue;
      const stroke = { qcode, modifiers };
      const space = { qcode: 'spc', modifiers: [] };
      found.set(character, layout.dead.includes(character) ? [stroke, space] : [stroke]);
    }
  }
  for (const [character, stroke] of Object.entries(everywhere)) found.set(character, [stroke]);
  return found;
}

const tables = new Map<LayoutName, ReadonlyMap<string, readonly Keystroke[]>>();

/** The keys to press for a character; undefined when the layout has none for it. */
export function keystrokes(character: string, name: LayoutName): readonly Keystroke[] | undefined {
  const known = tables.get(name) ?? table(layouts[name]);
  tables.set(name, known);
  return known.get(character);
}
