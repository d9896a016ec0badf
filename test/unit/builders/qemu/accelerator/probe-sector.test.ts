import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { probeSector } from '../../../../../builders/qemu/accelerator/probe-sector.ts';

it('the probe is what nasm makes of its source', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-probe-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const binary = join(directory, 'probe.bin');
  const source = join(import.meta.dirname, '../../../../../builders/qemu/accelerator/probe.asm');
  execFileSync('nasm', ['-f', 'bin', '-o', binary, source]);
  expect(Buffer.from(probeSector()).toString('hex')).toBe(readFileSync(binary).toString('hex'));
});
