import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lastLines, withConsole } from '../../../../../builders/qemu/machine/console.ts';

const home = mkdtempSync(join(tmpdir(), 'kiln-console-'));
afterAll(() => rmSync(home, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
}

describe('the end of a console', () => {
  it('is its last lines, without escape sequences, empty lines and what was overwritten', async () => {
    const path = file('a', '\u001b[2J\u001b[=3h\u001b[01;32mbooting\u001b[0m\r\n\r\n 10%\r 99%\r\nlogin: \u0007');
    expect(await lastLines(path)).toEqual(['booting', ' 99%', 'login: ']);
  });

  it('is short, however long the console is', async () => {
    const path = file('b', Array.from({ length: 100_000 }, (_, index) => `line ${index}\n`).join(''));
    const lines = await lastLines(path);
    expect(lines).toHaveLength(15);
    expect(lines.at(-1)).toBe('line 99999');
  });

  it('stands below a message, with what QEMU said', async () => {
    const message = await withConsole(
      'no answer',
      file('c', 'Kernel panic\n'),
      file('d', 'VNC server running on 127.0.0.1:5900\nqemu: bad\n'),
    );
    expect(message).toBe(
      `no answer\nQEMU says:\n  qemu: bad\nend of the guest's console (${join(home, 'c')}):\n  Kernel panic`,
    );
  });

  it('is said to be empty when it is, or when there is no file', async () => {
    const expected = "no answer\nthe guest's serial console is empty";
    expect(await withConsole('no answer', file('e', ''), join(home, 'none'))).toBe(expected);
    expect(await withConsole('no answer', join(home, 'none'), join(home, 'none'))).toBe(expected);
  });
});
