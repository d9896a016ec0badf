import { setTimeout as delay } from 'node:timers/promises';
import { CancelledError, CommandError, TimeoutError } from '../../../plugins/sdk/index.ts';
import { PASSED } from './probe-sector.ts';

/** KVM is taken when it boots in at most 1/FASTER of the time that software takes for the same beside it. */
const FASTER = 1.5;
/** What takes longer than this says nothing about KVM: the machine is too busy. */
const LIMIT_MILLISECONDS = 30_000;

/**
 * Runs QEMU to its end and resolves with its exit status; `onLine` gets what it writes to standard error. Throws
 * `CommandError` when it cannot start or a signal ends it, and `KilnError` when `signal` aborts.
 */
export type Trial = (
  args: readonly string[],
  options: { readonly signal: AbortSignal; readonly onLine: (line: string) => void },
) => Promise<number>;

export interface Verdict {
  readonly works: boolean;
  /** What was measured, in words: `a boot took 0.21 s under KVM …`. */
  readonly reason: string;
}

interface Boot {
  readonly seconds: number;
  /** Why the guest did not come through; undefined when it did. */
  readonly fault: string | undefined;
}

function seconds(boot: Boot): string {
  return `${boot.seconds.toFixed(2)} s`;
}

function faultOf(error: unknown): string {
  if (!(error instanceof CommandError)) throw error;
  const said = error.outputTail?.trim().split('\n')[0] ?? '';
  const message = error.message.replace(/^\S*\//, '');
  return said === '' ? message : `${message}: ${said}`;
}

/** Boots `sector` once with an accelerator. Throws what `trial` throws when it is stopped. */
async function boot(trial: Trial, accelerator: string, cpu: string, sector: string, stop: AbortSignal): Promise<Boot> {
  const machine = ['-machine', `pc,accel=${accelerator}`, '-cpu', cpu, '-m', '16', '-nodefaults', '-no-reboot'];
  const rest = ['-display', 'none', '-device', 'isa-debug-exit,iobase=0x501,iosize=1'];
  const drive = ['-drive', `file.filename=${sector.replaceAll(',', ',,')},format=raw,if=floppy,readonly=on`];
  const started = performance.now();
  const ended = (fault?: string): Boot => ({ seconds: (performance.now() - started) / 1000, fault });
  // QEMU stays there after such an error, with the guest stopped.
  const broken = new AbortController();
  const onLine = (line: string): void => {
    if (line.includes('KVM internal error')) broken.abort(new TimeoutError(line.trim(), { code: 'PROGRAM_TIMEOUT' }));
  };
  try {
    const status = await trial([...machine, ...drive, ...rest], {
      signal: AbortSignal.any([stop, broken.signal]),
      onLine,
    });
    return ended(status === PASSED ? undefined : `QEMU ended with status ${status}`);
  } catch (error) {
    if (broken.signal.aborted) return ended('KVM internal error');
    return ended(faultOf(error));
  }
}

/** What the two boots say about KVM. `kvm` and `software` are running. */
async function compare(kvm: Promise<Boot>, software: Promise<Boot>): Promise<Verdict> {
  const first = await Promise.race([kvm, software.then(({ fault }) => (fault === undefined ? undefined : kvm))]);
  if (first === undefined) {
    const reason = `it is slower than software, which took ${seconds(await software)} for a boot that KVM had not done by then`;
    return { works: false, reason };
  }
  if (first.fault !== undefined) return { works: false, reason: first.fault };
  const patience = first.seconds * (FASTER - 1) * 1000;
  const second = await Promise.race([software, delay(patience, undefined, { ref: false })]);
  const took = `a boot took ${seconds(first)} under KVM`;
  if (second === undefined) {
    return { works: true, reason: `${took} and more than ${(first.seconds * FASTER).toFixed(2)} s in software` };
  }
  if (second.fault !== undefined) return { works: true, reason: `${took}; this QEMU cannot do it in software` };
  const works = second.seconds >= first.seconds * FASTER;
  return { works, reason: `${took} and ${seconds(second)} in software` };
}

/**
 * Boots the sector under KVM and in software at the same time, so that a busy machine slows both. Undefined when
 * nothing was learned, because neither ended in time. Throws `CancelledError` when `signal` aborts.
 */
export async function measureKvm(
  trial: Trial,
  cpu: string,
  sector: string,
  signal: AbortSignal,
): Promise<Verdict | undefined> {
  const done = new AbortController();
  const late = AbortSignal.timeout(LIMIT_MILLISECONDS);
  const stop = AbortSignal.any([signal, late, done.signal]);
  const boots = [boot(trial, 'kvm', cpu, sector, stop), boot(trial, 'tcg', 'max', sector, stop)] as const;
  try {
    return await compare(...boots);
  } catch (error) {
    if (!late.aborted || signal.aborted) throw error;
    return undefined;
  } finally {
    done.abort(new CancelledError());
    await Promise.allSettled(boots);
  }
}
