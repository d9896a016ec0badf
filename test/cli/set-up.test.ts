import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { file, kiln, path } from './run-kiln.ts';

const needy = file('needy.json', {
  builders: [{ type: 'qemu', iso_url: 'nothing.qcow2', iso_checksum: 'none', disk_image: true, ssh_username: 'root' }],
});

/** A PATH with the shell's tools and an apt-get that notes how it was called, and gives what a template needs. */
function machine(name: string, gives: readonly string[]): NodeJS.ProcessEnv {
  mkdirSync(path(name));
  for (const tool of ['sh', 'chmod', 'cat', 'ln']) symlinkSync(join('/bin', tool), join(path(name), tool));
  const install = gives.map((program) => `ln -s sh "${path(name)}/${program}"`).join('; ');
  file(
    `${name}/apt-get`,
    `#!/bin/sh\necho "$*" >>"${path(name)}/calls"\necho "unpacking things"\ncase "$*" in *install*) ${install || ':'} ;; esac\n`,
  );
  chmodSync(join(path(name), 'apt-get'), 0o755);
  return { PATH: path(name) };
}

function calls(name: string): string {
  return readFileSync(join(path(name), 'calls'), 'utf8');
}

describe('a program or firmware by its path', () => {
  const tiny = { type: 'qemu', iso_url: 'empty', iso_checksum: 'none', disk_image: true, communicator: 'none' };

  test('is looked for from the working directory, and no package has it', async () => {
    const builders = [{ ...tiny, qemu_binary: './wrap/qemu' }];
    const { code, stderr } = await kiln(['build', file('absent.json', { builders })], { env: { KILN_SETUP: '1' } });
    expect(stderr).toContain('there is no program ./wrap/qemu (needed to run virtual machines)');
    expect(stderr).not.toContain('apt-get');
    expect(code).toBe(1);
  });

  test.each(['./wrapper', 'sub/../wrapper'])('is run: %s', async (program) => {
    mkdirSync(path('sub'), { recursive: true });
    for (const name of ['empty', 'code.fd', 'vars.fd']) file(name, '\0');
    file('wrapper', `#!/bin/sh\necho "$*" >>"${path('called')}"\necho no machine here >&2\nexit 1\n`);
    chmodSync(path('wrapper'), 0o755);
    const efi = { efi_boot: true, efi_firmware_code: './code.fd', efi_firmware_vars: 'sub/../vars.fd' };
    const builders = [{ ...tiny, ...efi, qemu_binary: program }];
    rmSync(path('called'), { force: true });
    const { code, stderr } = await kiln(['build', '-force', file('wrapped.json', { builders })]);
    expect(stderr).not.toContain('PROGRAM_MISSING');
    expect(readFileSync(path('called'), 'utf8')).not.toBe('');
    expect(code).toBe(1);
  });
});

describe('a build whose programs are missing', () => {
  test('names them with the exact command and exits with 1 when it may not install', async () => {
    const { code, stdout, stderr } = await kiln(['build', needy], { env: machine('bare', []) });
    expect(stderr).toContain('error PROGRAM_MISSING');
    expect(stderr).toMatch(/this machine lacks .*qemu-system-x86_64 \(needed to \w/);
    expect(stderr).toMatch(/apt-get install -y --no-install-recommends .*qemu-system-x86/);
    expect(stdout).toBe('');
    expect(code).toBe(1);
    expect(() => calls('bare')).toThrow();
  });

  test.runIf(process.getuid?.() === 0)(
    'installs them as root with KILN_SETUP=1, showing what apt-get says',
    async () => {
      const env = machine('root', ['qemu-system-x86_64', 'qemu-img']);
      const { stdout, stderr } = await kiln(['build', needy], { env: { ...env, KILN_SETUP: '1' } });
      expect(calls('root')).toMatch(/install -y --no-install-recommends .*qemu-utils/);
      expect(stdout).toContain('Installing what this machine lacks: apt-get install');
      expect(stdout).toContain('    unpacking things');
      expect(stderr).not.toContain('PROGRAM_MISSING');
    },
  );

  test.runIf(process.getuid?.() === 0)('says so when they are missing even then', async () => {
    const env = machine('stubborn', []);
    const { code, stderr } = await kiln(['build', needy], { env: { ...env, KILN_SETUP: '1' } });
    expect(stderr).toContain('error PROGRAM_MISSING');
    expect(code).toBe(1);
  });
});

test('files that packages bring count as there when they can be read, and come with their packages', async () => {
  const { stdout } = await kiln(['doctor', '-json']);
  const { components } = JSON.parse(stdout) as {
    components: readonly { type: string; programs: readonly { program: string; path?: string }[] }[];
  };
  const programs = components.find(({ type }) => type === 'rootfs')?.programs ?? [];
  const files = programs.filter(({ program }) => program.startsWith('/'));
  expect(files).toHaveLength(3);
  for (const { program, path: found } of files)
    expect([program, found === program]).toEqual([program, existsSync(program)]);
});

test('a bug is one short message with the file that has the details, and exit code 70', async () => {
  const { execFileSync } = await import('node:child_process');
  const root = join(import.meta.dirname, '../..');
  const script = `import { reportError } from ${JSON.stringify(join(root, 'core/cli/ending/report-error.ts'))};
process.exit(await reportError(new TypeError('x is not a function'), 'text'));`;
  let failure: { status: number | null; stderr: string } | undefined;
  try {
    execFileSync(
      join(root, '.kiln/node/node'),
      ['--input-type=module', '-e', script, '--', 'kiln', '-var', 'key=hush'],
      {
        env: { ...process.env, XDG_STATE_HOME: path('xdg') },
        encoding: 'utf8',
        stdio: 'pipe',
      },
    );
  } catch (error) {
    failure = error as { status: number | null; stderr: string };
  }
  expect(failure?.status).toBe(70);
  expect(failure?.stderr).toMatch(
    /^error BUG\n {2}this is a bug in Kiln.*: TypeError: x is not a function\n {2}hint: .*\n$/,
  );
  const details = /details are in ([^;]+);/.exec(failure?.stderr ?? '')?.[1] ?? '';
  expect(readFileSync(details, 'utf8')).toContain('TypeError: x is not a function\n    at ');
  expect(readFileSync(details, 'utf8')).not.toContain('hush');
});
