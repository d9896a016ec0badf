import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bugDiagnostic } from '../../../core/cli/ending/crash-file.ts';
import { secretMask } from '../../../core/secrets/secret-mask.ts';
import { directory, file, kiln, path, type Ended } from '../../cli/run-kiln.ts';

const secret = `Tr0ub4dor&3 'n "$HOME" \\ <é>`;
const json = JSON.stringify(secret).slice(1, -1);
const percent = encodeURIComponent(secret);

const longer = Buffer.from(`user:${secret}, and more`).toString('base64');

/** How programs write a secret into what Kiln hears. */
const encodings: Readonly<Record<string, string>> = {
  plain: secret,
  JSON: json,
  'JSON in JSON': JSON.stringify(json).slice(1, -1),
  'in single quotes': secret.replaceAll("'", "'\\''"),
  'in single quotes, with double ones between': secret.replaceAll("'", `'"'"'`),
  'in double quotes': secret.replaceAll(/["$`\\]/g, '\\$&'),
  Base64: Buffer.from(secret).toString('base64'),
  // Of the groups at its ends a part is the neighbours'.
  'Base64 of a longer text': longer.slice(
    Math.ceil((5 * 4) / 3),
    Math.floor(((5 + Buffer.byteLength(secret)) * 4) / 3),
  ),
  'Base64 for URLs': Buffer.from(secret).toString('base64url'),
  'percent signs': percent,
  'percent signs in small letters': percent.replaceAll(/%../g, (code) => code.toLowerCase()),
  'a form': new URLSearchParams({ v: secret }).toString().slice(2),
  hex: Buffer.from(secret).toString('hex'),
  HTML: secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;'),
};

/** The names of the encodings in which a text has the secret. */
function foundIn(text: string): readonly string[] {
  return Object.keys(encodings).filter((name) => text.includes(encodings[name] ?? ''));
}

/** All files below a directory that have the secret, with the encodings. */
function foundBelow(place: string): readonly string[] {
  const files = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap(({ parentPath, name }) => {
    const found = foundIn(readFileSync(join(parentPath, name), 'utf8'));
    return found.map((encoding) => `${name}: ${encoding}`);
  });
}

/** Command lines of all processes of this machine that have the secret. */
function inProcessList(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return foundIn(line).length > 0 ? [line] : [];
      } catch {
        return [];
      }
    });
}

/** Says the secret in all encodings on both streams, and takes a while for whoever looks at the process list. */
function babbler(ending: string): object {
  // The names of the files give the lines their order; the texts themselves are in the environment only.
  const say = Object.keys(encodings).map(
    (_, number) => `printf '%s\\n' "x $SAID_${number} y"; echo "$SAID_${number}" >&2`,
  );
  return {
    type: 'shell-local',
    environment_vars: Object.values(encodings).map((_, number) => `SAID_${number}={{user \`said_${number}\`}}`),
    inline: [...say, 'sleep 0.3', ending],
  };
}

/** What is said: the longer text as a whole. */
const sayings = Object.values(encodings).map((text) => (longer.includes(text) ? longer : text));
const names = Object.keys(encodings).map((_, number) => `said_${number}`);
const template = (ending: string): object => ({
  variables: { pw: '', ...Object.fromEntries(names.map((name) => [name, ''])) },
  'sensitive-variables': ['pw'],
  builders: [{ type: 'file', content: 'nothing secret', target: 'made.txt' }],
  provisioners: [
    { type: 'shell-local', environment_vars: ['PW={{user `pw`}}'], inline: ['test -n "$PW"'] },
    babbler(ending),
  ],
  'post-processors': [
    [
      {
        type: 'shell-local',
        environment_vars: ['PW={{user `pw`}}'],
        inline: ['echo "{{user `pw`}}" || true; echo "$PW"'],
      },
    ],
    { type: 'manifest', output: 'manifest.json', custom_data: { note: 'x' } },
  ],
});

async function build(
  ending: string,
  ...flags: readonly string[]
): Promise<{ readonly ended: Ended; readonly seen: readonly string[] }> {
  file('values.json', {
    pw: secret,
    ...Object.fromEntries(names.map((name, number) => [name, sayings[number]])),
  });
  file('secret.json', template(ending));
  const seen: string[] = [];
  const watching = setInterval(() => seen.push(...inProcessList()), 30);
  const ended = await kiln(['build', '-force', '-var-file=values.json', ...flags, 'secret.json']);
  clearInterval(watching);
  await rm(path('values.json'));
  await rm(path('secret.json'));
  return { ended, seen };
}

afterEach(() => vi.unstubAllEnvs());

describe('a planted secret, in whatever encoding a program says it', () => {
  test.each([
    ['a build that succeeds', 'true', []],
    ['a build that fails', 'exit 3', []],
    ['a failed build that is kept', 'exit 3', ['-on-error=keep']],
    ['machine-readable lines', 'exit 3', ['-machine-readable']],
    ['JSON lines', 'exit 3', ['-json']],
    ['-debug', 'true', ['-debug', '-timestamp-ui']],
  ] as const)('is in no output, journal, report or process list: %s', async (_, ending, flags) => {
    const { ended, seen } = await build(ending, ...flags);
    // What is kept of the output, for kiln resume, counts as left behind.
    const failure = flags.some((flag) => flag === '-on-error=keep') ? 3 : 1;
    expect(ended.code).toBe(ending === 'true' ? 0 : failure);
    expect(ended.stdout).toContain('<sensitive>');
    expect(foundIn(ended.stdout)).toEqual([]);
    expect(foundIn(ended.stderr)).toEqual([]);
    expect(seen).toEqual([]);
    expect(foundBelow(directory)).toEqual([]);
  });

  test('is in no file about a crash', async () => {
    await mkdir(path('crash'));
    vi.stubEnv('KILN_STATE_DIR', path('crash'));
    secretMask().add(secret);
    const error = Object.assign(new Error(`cannot log in with ${secret}`), { given: sayings });
    const { message } = bugDiagnostic(error);
    expect(foundIn(message)).toEqual([]);
    expect(message).toContain('cannot log in with <sensitive>');
    expect(readdirSync(path('crash'))).toHaveLength(1);
    expect(foundBelow(path('crash'))).toEqual([]);
  });
});
