import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { directory, file, kiln, path } from './run-kiln.ts';

function packer(...args: readonly string[]): string | undefined {
  try {
    const env = { ...process.env, CHECKPOINT_DISABLE: '1', PACKER_CONFIG_DIR: directory };
    return execFileSync('packer', args, { cwd: directory, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' && error.stdout !== '') {
      return error.stdout;
    }
    expect(process.env['CI'], 'packer has to be installed for this test').not.toBe('true');
    return undefined;
  }
}

/** Without the time, and without the lines whose words are each tool's own. */
function records(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/^\d+,/, ''))
    .filter((line) => /^[^,]*,(artifact|artifact-count|error-count|template-\w+)(,|$)/.test(line));
}

const build = file('machine.json', {
  builders: [{ type: 'file', content: 'x', target: path('ma,chine.txt') }],
  provisioners: [{ type: 'shell-local', inline: ['echo one, two', 'echo bad >&2'] }],
});

describe('-machine-readable', () => {
  test('escapes commas and line ends, and leaves the target of ui lines empty', async () => {
    const { stdout } = await kiln(['build', '-force', '-machine-readable', build]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.every((line) => /^\d{10},[^,]*,[a-z-]+(,|$)/.test(line))).toBe(true);
    expect(stdout).toMatch(/^\d+,,ui,message, {4}file: one%!\(PACKER_COMMA\) two$/m);
    expect(stdout).toMatch(/^\d+,,ui,error,==> file: bad$/m);
    expect(stdout).toMatch(/^\d+,,ui,say,\\n==> Builds finished\. The artifacts of successful builds are:$/m);
  });

  test('gives the same artifact records as Packer', async (context) => {
    const theirs = packer('build', '-force', '-machine-readable', build);
    if (theirs === undefined) return context.skip('packer is not installed');
    const { stdout } = await kiln(['build', '-force', '-machine-readable', build]);
    expect(records(stdout)).toEqual(records(theirs));
    expect(records(stdout).length).toBeGreaterThan(5);
  });

  test('is about builds by their names, and lists nothing of one that failed, as Packer', async (context) => {
    const builder = { type: 'file', content: 'x' };
    const template = file('named.json', {
      builders: [
        { ...builder, name: 'web', target: path('web.txt') },
        { ...builder, name: 'bad', target: path('bad.txt') },
      ],
      'post-processors': [{ type: 'shell-local', inline: ['exit 1'], only: ['bad'] }],
    });
    const theirs = packer('build', '-force', '-machine-readable', template);
    if (theirs === undefined) return context.skip('packer is not installed');
    const { stdout } = await kiln(['build', '-force', '-machine-readable', template]);
    expect(records(stdout)).toEqual(records(theirs));
    expect(stdout).toMatch(/^\d+,web,artifact,0,id,File$/m);
    expect(stdout).toMatch(/^\d+,bad,error,/m);
  });

  test('gives the same error count as Packer when a script fails, and the error under the build', async (context) => {
    const name = file('fails.json', {
      builders: [{ type: 'file', content: 'x', target: path('fails.txt') }],
      provisioners: [{ type: 'shell-local', inline: ['exit 3'] }],
    });
    const theirs = packer('build', '-force', '-machine-readable', name);
    if (theirs === undefined) return context.skip('packer is not installed');
    const { code, stdout } = await kiln(['build', '-force', '-machine-readable', name]);
    expect(code).toBe(1);
    expect(records(stdout)).toEqual(records(theirs));
    expect(stdout).toMatch(/^\d+,file,error,.*3/m);
  });

  test('inspect is equal to Packer byte for byte apart from the time', async (context) => {
    const name = file('inspect.json', {
      description: 'with, comma\nand line',
      variables: { b: 'x', a: null, long_name: '{{env `HOME`}}' },
      builders: [{ type: 'qemu', name: 'q' }, { type: 'amazon-ebs' }],
      provisioners: [{ type: 'shell' }],
    });
    const theirs = packer('inspect', '-machine-readable', name);
    if (theirs === undefined) return context.skip('packer is not installed');
    const { stdout } = await kiln(['inspect', '-machine-readable', name]);
    const timeless = (text: string): string => text.replaceAll(/^\d+/gm, '');
    expect(timeless(stdout)).toBe(timeless(theirs));
  });

  test('complaints are ui error lines on standard output', async () => {
    file('wrong.json', '{"builders": 1}');
    const { code, stdout, stderr } = await kiln(['validate', '-machine-readable', 'wrong.json']);
    expect(code).toBe(1);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^\d+,,ui,error,error TEMPLATE_WRONG_TYPE {2}wrong\.json:1:14/);
  });

  test('version has the records that Packer has', async (context) => {
    const theirs = packer('version', '-machine-readable');
    if (theirs === undefined) return context.skip('packer is not installed');
    const types = (text: string): readonly string[] => text.split('\n').map((line) => line.split(',')[2] ?? '');
    expect(types((await kiln(['version', '-machine-readable'])).stdout)).toEqual(types(theirs));
  });
});
