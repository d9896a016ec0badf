import { constants } from 'node:fs';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { measureKvm, type Trial, type Verdict } from './measure-kvm.ts';
import { probeSector } from './probe-sector.ts';
import { DEVICE, keepVerdict, keptVerdict, verdictFile } from './verdict.ts';

/** What node calls the processor that a QEMU program emulates. */
const PROCESSORS: Readonly<Record<string, string>> = {
  'qemu-system-x86_64': 'x64',
  'qemu-system-i386': 'x64',
  'qemu-system-aarch64': 'arm64',
};

/** What a verdict holds for. */
export interface Guests {
  /** Path of the QEMU program. */
  readonly qemu: string;
  /** CPU model under KVM. */
  readonly cpu: string;
  /** Where verdicts are kept. */
  readonly cacheDirectory: string;
}

async function measure(trial: Trial, cpu: string, signal: AbortSignal): Promise<Verdict | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-kvm-'));
  try {
    const sector = join(directory, 'probe.img');
    await writeFile(sector, probeSector());
    return await measureKvm(trial, cpu, sector, signal);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Whether KVM is to be used for guests of this program: measured once for each boot of this machine, and kept. Throws
 * `CancelledError` when the signal aborts.
 */
export async function judgeKvm(guests: Guests, trial: Trial, signal: AbortSignal): Promise<Verdict> {
  const { qemu, cpu, cacheDirectory } = guests;
  const not = (reason: string): Verdict => ({ works: false, reason });
  if (process.platform !== 'linux') return not('this is not Linux');
  if (PROCESSORS[basename(qemu)] !== process.arch) return not('the guest has another processor than this machine');
  try {
    await access(DEVICE, constants.R_OK | constants.W_OK);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return not(missing ? `there is no ${DEVICE}` : `${DEVICE} cannot be opened; is the user in the group kvm?`);
  }
  if (process.arch !== 'x64')
    return { works: true, reason: `${DEVICE} can be opened; it is not measured on ${process.arch}` };
  const file = await verdictFile(qemu, cpu, cacheDirectory);
  const kept = await keptVerdict(file);
  if (kept !== undefined) return kept;
  const verdict = await measure(trial, cpu, signal);
  if (verdict === undefined) return not('this machine is too busy to tell: a boot took longer than 30 s');
  await keepVerdict(file, verdict);
  return verdict;
}

/** Notes that a guest of this program died of KVM, whatever was measured. */
export async function condemnKvm({ qemu, cpu, cacheDirectory }: Guests, reason: string): Promise<void> {
  await keepVerdict(await verdictFile(qemu, cpu, cacheDirectory), { works: false, reason });
}
