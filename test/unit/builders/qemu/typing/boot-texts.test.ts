import { describe, expect, test } from 'vitest';
import { bootTexts, checkBootText } from '../../../../../builders/qemu/typing/boot-texts.ts';

describe('boot texts', () => {
  test('are one command, or the pieces with their descriptions', () => {
    expect(bootTexts({ boot_command: ['a', 'b'] })).toEqual([
      { parts: ['a', 'b'], pointer: '/boot_command', description: undefined },
    ]);
    expect(bootTexts({ boot_steps: [['a', 'first'], ['b']] }).map(({ description }) => description)).toEqual([
      'first',
      'boot step 2',
    ]);
    expect(bootTexts({})).toEqual([]);
  });

  test('with a wait that cannot be are complained about at the part that has it', () => {
    const [text] = bootTexts({ boot_command: ['<enter>', 'x<wait0s>'] });
    if (text === undefined) throw new Error('no text');
    expect(checkBootText(text, 'us')).toMatchObject([{ code: 'QEMU_BOOT_COMMAND', pointer: '/boot_command/1' }]);
  });

  test('with characters that no key gives are complained about, with a hint at the layout', () => {
    const [text] = bootTexts({ boot_command: ['ß'] });
    if (text === undefined) throw new Error('no text');
    expect(checkBootText(text, 'us')).toMatchObject([{ hint: expect.stringContaining('layout') as string }]);
    expect(checkBootText(text, 'de')).toEqual([]);
  });
});
