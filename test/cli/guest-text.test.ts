import { expect, it } from 'vitest';
import { file, kiln } from './run-kiln.ts';

const secret = 'S3cr3tPassw0rd-XYZ';
const nowhere = [{ type: 'null', communicator: 'none' }];

function local(name: string, inline: readonly string[], more: object = {}): string {
  return file(name, {
    variables: { pw: secret },
    'sensitive-variables': ['pw'],
    builders: nowhere,
    provisioners: [{ type: 'shell-local', env: { PW: '{{user `pw`}}' }, inline, ...more }],
  });
}

/** Pieces of the secret that nobody could know as such any more. */
function pieces(text: string): readonly string[] {
  return Array.from({ length: secret.length - 5 }, (_, at) => secret.slice(at, at + 6)).filter((piece) =>
    text.includes(piece),
  );
}

it.each([
  ['a line of more than 64 Ki', `python3 -c "import os;print('x'*(65536-9)+os.environ['PW']+'y'*70000)"`],
  ['the last output', `python3 -c "import os;print(os.environ['PW']+'y'*(4095-12))"; exit 3`],
  [
    'the last output of several lines',
    `python3 -c "import os;print('first ' + os.environ['PW']+'y'*4080 + chr(10) + 'end')"; exit 3`,
  ],
  [
    'a line that both outputs write',
    `printf %.8s "$PW"; printf 'other\\n' >&2; sleep 0.2; printf '%s\\n' "\${PW#????????}"; exit 3`,
  ],
])('no secret is cut in two: %s', async (_what, script) => {
  const name = local('cut.json', [script]);
  for (const mode of [[], ['-json'], ['-machine-readable']]) {
    const { stdout, stderr } = await kiln(['build', ...mode, name]);
    expect(pieces(stdout + stderr)).toEqual([]);
  }
});

it('shows what a guest would do to the terminal, also in the last output, and strips its colours without colour', async () => {
  const name = local('escapes.json', [
    `printf 'A\\033]0;OWNED\\007B\\033[1A\\033[2Kfake \\033[31mred\\n\\033[8mhidden\\n'; exit 3`,
  ]);
  const { stdout, stderr } = await kiln(['build', name]);
  expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
  expect(stdout).toContain('null: A\\x1b]0;OWNED\\x07B\\x1b[1A\\x1b[2Kfake red\n');
  expect(stdout).toContain('    | \\x1b[8mhidden\n');
  const coloured = await kiln(['build', '-color', name]);
  expect(coloured.stdout).toContain('fake \u001b[31mred\u001b[0m');
  expect(coloured.stdout).not.toContain('\u001b[8m');
});

it('shows the last state of a progress bar in the last output', async () => {
  const { stdout } = await kiln([
    'build',
    local('bar.json', [`printf 'progress 1%%\\rprogress 100%%\\r\\nend\\r\\n'; exit 1`]),
  ]);
  expect(stdout).toContain('    last output:\n    | progress 100%\n    | end\n');
});

it('says whole milliseconds, and one byte', async () => {
  const { stdout } = await kiln(['build', '-json', local('short.json', ['true'])]);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly milliseconds?: number });
  const durations = events.flatMap(({ milliseconds }) => (milliseconds === undefined ? [] : [milliseconds]));
  expect(durations.length).toBeGreaterThan(2);
  expect(durations.filter((each) => !Number.isInteger(each))).toEqual([]);
});

it('says how many complaints there were', async () => {
  const wrong = { builders: [{ ...nowhere[0], tarket: 1 }], provisioners: [{ type: 'shel' }], variables: { a: 1 } };
  const { code, stderr } = await kiln(['validate', file('wrong.json', wrong)]);
  expect(code).toBe(1);
  const errors = stderr.match(/^error /gm)?.length ?? 0;
  const warnings = stderr.match(/^warning /gm)?.length ?? 0;
  expect(errors).toBeGreaterThan(1);
  const counts =
    warnings === 0 ? `${errors} errors` : `${errors} errors, ${warnings} warning${warnings === 1 ? '' : 's'}`;
  expect(stderr.endsWith(`\n\n${counts} in wrong.json\n`)).toBe(true);
});

it('knows which argument is missing', async () => {
  expect((await kiln(['validate'])).stderr).toContain('the name of the template is missing');
});
