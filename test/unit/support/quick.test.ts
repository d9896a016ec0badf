import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { runProgram } from '../../../core/process/program.ts';
import { listedTests, quickTests } from '../../support/kiln/quick.ts';

const signal = new AbortController().signal;

describe('quick tests', () => {
  test('are not those that start a server, be it by a helper of a helper', () => {
    const quick = quickTests();
    expect(quick).toContain('test/unit/support/quick.test.ts');
    expect(quick).not.toContain('test/unit/core/communicators/ssh/login.test.ts');
    expect(quick).not.toContain('test/unit/builders/amazon-ebs/tags.test.ts');
  });

  test('would be those that are listed otherwise, each of which is there and listed once', () => {
    const listed = listedTests();
    expect(new Set(listed).size).toBe(listed.length);
    const unlisted = quickTests([]);
    expect(listed.filter((file) => !unlisted.includes(file))).toEqual([]);
    expect(quickTests().filter((file) => listed.includes(file))).toEqual([]);
  });

  const refused = /^a quick test starts mount: list its file in test\/support\/kiln\/quick\.ts$/;

  test('start nothing that a machine need not have', async () => {
    expect(() => spawnSync('mount')).toThrow(refused);
    expect(() => execFileSync('/usr/bin/mount')).toThrow(refused);
    expect(() => promisify(execFile)('mount', [])).toThrow(refused);
    await expect(runProgram('mount', [], { signal })).rejects.toThrow(refused);
  });

  test('start what each Debian has', async () => {
    expect((await promisify(execFile)('echo', ['a'])).stdout).toBe('a\n');
    expect((await runProgram('echo', ['b'], { signal })).stdout).toBe('b\n');
    expect(execFileSync(process.execPath, ['--version']).toString()).toMatch(/^v\d/);
  });
});
