/** Names of keys in boot commands (compared without case), and the key that each is in QEMU's words (QKeyCode). */
const qcodes = {
  bs: 'backspace',
  del: 'delete',
  enter: 'ret',
  return: 'ret',
  esc: 'esc',
  tab: 'tab',
  spacebar: 'spc',
  insert: 'insert',
  home: 'home',
  end: 'end',
  pageup: 'pgup',
  pagedown: 'pgdn',
  menu: 'compose',
  up: 'up',
  down: 'down',
  left: 'left',
  right: 'right',
  f1: 'f1',
  f2: 'f2',
  f3: 'f3',
  f4: 'f4',
  f5: 'f5',
  f6: 'f6',
  f7: 'f7',
  f8: 'f8',
  f9: 'f9',
  f10: 'f10',
  f11: 'f11',
  f12: 'f12',
  leftalt: 'alt',
  rightalt: 'alt_r',
  leftctrl: 'ctrl',
  rightctrl: 'ctrl_r',
  leftshift: 'shift',
  rightshift: 'shift_r',
  leftsuper: 'meta_l',
  rightsuper: 'meta_r',
  leftcommand: 'meta_l',
  rightcommand: 'meta_r',
  leftoption: 'alt',
  rightoption: 'alt_r',
} as const;

export type SpecialKey = keyof typeof qcodes;

/** The key of a name in any case. */
export function specialKey(name: string): SpecialKey | undefined {
  const lower = name.toLowerCase();
  return Object.hasOwn(qcodes, lower) ? (lower as SpecialKey) : undefined;
}

export function qcodeOf(key: SpecialKey): string {
  return qcodes[key];
}
