import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findProgram, searchPath } from '../../../../core/process/find-program.ts';
import { runProgram } from '../../../../core/process/program.ts';

const signal = new AbortController().signal;

let directory: string;
let path: string | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kiln-find-'));
  path = process.env['PATH'];
  for (const name of ['first', 'second']) await mkdir(join(directory, name));
});
afterEach(async () => {
  process.env['PATH'] = path;
  await rm(directory, { recursive: true });
});

/** A program that says where it is; `mode` 0644 makes it a file that nobody may run. */
async function program(place: string, mode = 0o755): Promise<string> {
  const file = join(directory, place);
  await writeFile(file, '#!/bin/sh\necho "$0"\n');
  await chmod(file, mode);
  return file;
}

function look(...names: readonly string[]): void {
  process.env['PATH'] = names.map((name) => join(directory, name)).join(':');
}

describe('a program', () => {
  test('is the first on PATH that is a file and may be run', async () => {
    look('first', 'second');
    await program('first/tool', 0o644);
    const second = await program('second/tool');
    expect(findProgram('tool')).toBe(second);
    const first = await program('first/tool');
    expect(findProgram('tool')).toBe(first);
    await mkdir(join(directory, 'first/folder'));
    expect(findProgram('folder')).toBeUndefined();
  });

  test('with a slash in its name is a path from the working directory, wherever PATH leads', async () => {
    look('first');
    const tool = await program('second/tool');
    expect(findProgram(relative(process.cwd(), tool))).toBe(tool);
    expect(findProgram(tool)).toBe(tool);
    expect(findProgram(`${tool}-other`)).toBeUndefined();
  });

  test.each(['chroot', 'useradd'])('of the administrator is found without its directory on PATH: %s', (name) => {
    look('first');
    expect(findProgram(name)).toBe(join('/usr/sbin', name));
  });

  test('on PATH goes before the administrator’s', async () => {
    look('first');
    const own = await program('first/chroot');
    expect(findProgram('chroot')).toBe(own);
  });

  test('is looked for on the PATH that it is given', async () => {
    look('first');
    const tool = await program('second/tool');
    expect(findProgram('tool')).toBeUndefined();
    expect(findProgram('tool', join(directory, 'second'))).toBe(tool);
  });
});

test('the search path ends with where the administrator’s programs are, each place once', () => {
  process.env['PATH'] = '/bin:/usr/sbin';
  expect(searchPath()).toBe('/bin:/usr/sbin:/usr/local/sbin:/sbin');
});

describe('what is started', () => {
  test('is what is found, also outside of PATH', async () => {
    look('first');
    const { stdout } = await runProgram('chroot', ['--version'], { signal });
    expect(stdout).toMatch(/^chroot /);
  });

  test('is found on the PATH of its own environment', async () => {
    look('first');
    const tool = await program('second/tool');
    await program('first/tool');
    const env = { PATH: `${join(directory, 'second')}:/usr/bin:/bin` };
    expect((await runProgram('tool', [], { signal, env })).stdout).toBe(`${tool}\n`);
  });

  test('is called by the name that it was asked for', async () => {
    const { stdout } = await runProgram('cat', ['/proc/self/cmdline'], { signal });
    expect(stdout.split('\0')[0]).toBe('cat');
  });

  test('is found behind a directory that is closed to Kiln, and a program that is nowhere is missing', async () => {
    look('first', 'second');
    const tool = await program('second/tool');
    await chmod(directory, 0o755);
    await chmod(join(directory, 'first'), 0);
    const isRoot = process.geteuid?.() === 0;
    // Nothing is closed to root.
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect((await runProgram('tool', [], { signal })).stdout).toBe(`${tool}\n`);
      await expect(runProgram('missing', [], { signal })).rejects.toMatchObject({ code: 'PROGRAM_MISSING' });
    } finally {
      if (isRoot) process.seteuid?.(0);
      await chmod(join(directory, 'first'), 0o755);
    }
  });

  test.each(['missing', 'plain'])('and cannot be run is said to be so: %s', async (name) => {
    look('first');
    await program('first/plain', 0o644);
    await expect(runProgram(name, [], { signal })).rejects.toMatchObject({
      code: name === 'missing' ? 'PROGRAM_MISSING' : 'PROGRAM_FAILED',
    });
  });
});
