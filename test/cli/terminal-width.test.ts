import { describe, expect, it, test } from 'vitest';
import { atTerminal } from '../support/kiln/at-terminal.ts';
import type { Command, CommandTable } from '../../core/cli/command.ts';
import { commands } from '../../core/cli/commands.ts';
import { file, kiln } from './run-kiln.ts';

const escapes = /\u001b\[[\d;]*m/g;

function at(columns: number, args: readonly string[], env: NodeJS.ProcessEnv = {}): ReturnType<typeof atTerminal> {
  return atTerminal(args, [], { AT_COLUMNS: String(columns), ...env });
}

const misspelt = file(
  'misspelt.json',
  `{"builders":[{"type":"qemu","iso_url":"${'x'.repeat(90)}","disk_size":["lots"],"iso_checksum":"none"}],"provisioners":[{"type":"shel","inline":["true"]}]}\n`,
);
const wide = file(
  'wide.json',
  `{"builders":[{"type":"null","communicator":"none"}],\n\t"provisioners":[\t{"type":"shell-local","inline":["echo 日本語日本語"],"日本":1,"pause_befor":"1s"}]}\n`,
);

describe.each([40, 80, 200])('a terminal of %i columns', (columns) => {
  test.each(['build', 'fmt', 'doctor'])(
    'has room for each line of "kiln help %s", but for long words',
    async (name) => {
      const { code, stdout } = await at(columns, ['help', name]);
      expect(code).toBe(0);
      for (const line of stdout.split('\n')) {
        if (line.length > columns) expect(line.trim()).not.toContain(' ');
      }
      // What the commands say of themselves is nowhere broken inside a word.
      const said = (await commands[name]?.load())?.description.split(' ') ?? [];
      expect(stdout.split(/\s+/)).toEqual(expect.arrayContaining(said));
    },
  );

  it('has the caret under what is wrong, on a line that is too long for it', async () => {
    const { stdout } = await at(columns, ['validate', misspelt]);
    const lines = stdout.split('\n');
    const marked = lines.flatMap((line, index) =>
      /\| +\^+$/.test(line) ? [[lines[index - 1] ?? '', line.indexOf('^'), line.lastIndexOf('^') + 1] as const] : [],
    );
    expect(marked.length).toBeGreaterThanOrEqual(2);
    for (const [source, , end] of marked) {
      expect(source.length).toBeLessThanOrEqual(columns);
      expect(end).toBeLessThanOrEqual(columns);
    }
    expect(marked.some(([source, start]) => source.slice(start).startsWith('"shel"'))).toBe(true);
    for (const line of lines) if (line.length > columns) expect(line.trim()).not.toContain(' ');
  });
});

test('the caret is right behind tabs and characters that take two columns', async () => {
  const { stdout } = await at(200, ['validate', wide]);
  const lines = stdout.split('\n');
  const index = lines.findIndex((line) => line.includes('\t') && /\^+$/.test(line));
  const [source = '', caret = ''] = [lines[index - 1], lines[index]];
  const columnsOf = (text: string): number =>
    Array.from(text).reduce(
      (column, character) =>
        character === '\t' ? column + 8 - (column % 8) : column + (/[\u3000-\u9fff]/.test(character) ? 2 : 1),
      0,
    );
  const under = (text: string): boolean =>
    columnsOf(source.slice(0, source.indexOf(text))) === columnsOf(caret.slice(0, caret.indexOf('^')));
  expect(['"日本"', '"pause_befor"'].some(under)).toBe(true);
});

/** Those of a group each by itself. */
async function allCommands(
  table: CommandTable = commands,
  group: readonly string[] = [],
): Promise<readonly (readonly [name: string, command: Command])[]> {
  const each = Object.entries(table).map(async ([word, entry]) => {
    const command = await entry.load();
    const name = [...group, word];
    return command.commands === undefined
      ? [[name.join(' '), command] as const]
      : await allCommands(command.commands, name);
  });
  return (await Promise.all(each)).flat();
}

const everyCommand = await allCommands();

describe('colours', () => {
  const noColour = { NO_COLOR: '' };

  test('mark errors and hints on a terminal, and -color=false takes them out', async () => {
    const { stdout } = await at(80, ['validate', misspelt], noColour);
    expect(stdout).toContain('\u001b[1;31merror COMPONENT_UNKNOWN\u001b[0m');
    expect(stdout).toContain('\u001b[36mhint:\u001b[0m');
    expect((await at(80, ['validate', '-color=false', misspelt], noColour)).stdout).not.toMatch(escapes);
  });

  test.each(everyCommand)('-color is a flag of %s', async (_name, command) => {
    // Whatever else these arguments are, the flag is known.
    const refused = await Promise.resolve()
      .then(() => command.run(['-color=false', '-nonsense']))
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ message: 'there is no flag -nonsense' });
  });

  test.each([
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ CLICOLOR_FORCE: '1' }, true],
    [{ CLICOLOR_FORCE: '0' }, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    [{}, false],
  ])('in a pipe are as the environment says: %o', async (env, wanted) => {
    const { stderr } = await kiln(['validate', misspelt], { env });
    expect(/\u001b\[/.test(stderr)).toBe(wanted);
    const flagged = await kiln(['validate', misspelt, '-color'], { env: { ...env, NO_COLOR: '1' } });
    expect(flagged.stderr).toMatch(/\u001b\[/);
    expect((await kiln(['validate', misspelt, '-color=false'], { env })).stderr).not.toMatch(/\u001b\[/);
  });
});
