import { createHash } from 'node:crypto';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectory } from '../../../plugins/sdk/files.ts';
import type { Verdict } from './measure-kvm.ts';

export const DEVICE = '/dev/kvm';

function isVerdict(value: unknown): value is Verdict {
  return typeof value === 'object' && value !== null && 'works' in value && 'reason' in value;
}

/**
 * Where the verdict on KVM is kept. The name changes when the verdict may: with each boot of this machine, another
 * QEMU, another CPU model, other rights.
 */
export async function verdictFile(qemu: string, cpu: string, cacheDirectory: string): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const facts = await Promise.all([qemu, DEVICE].map((path) => stat(path)));
  const parts = facts.flatMap(({ ino, size, mtimeMs, mode }) => [ino, size, Math.trunc(mtimeMs), mode]);
  const text = JSON.stringify([boot, qemu, cpu, process.getuid?.() ?? 0, ...parts]);
  return join(cacheDirectory, `qemu-kvm-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`);
}

/** Undefined when nothing is kept there, or nothing that can be read. */
export async function keptVerdict(file: string): Promise<Verdict | undefined> {
  try {
    const verdict: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isVerdict(verdict) ? verdict : undefined;
  } catch {
    return undefined;
  }
}

/** A verdict that cannot be kept is found anew by the next build. */
export async function keepVerdict(file: string, verdict: Verdict): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  try {
    await makeDirectory(dirname(file));
    await writeFile(unfinished, JSON.stringify(verdict));
    await rename(unfinished, file);
  } catch {
    // See above.
  }
}
