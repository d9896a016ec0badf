import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { measureKvm, type Trial, type Verdict } from '../../../../../builders/qemu/accelerator/measure-kvm.ts';
import { PASSED } from '../../../../../builders/qemu/accelerator/probe-sector.ts';
import { CancelledError, CommandError, KilnError } from '../../../../../core/errors/errors.ts';

type Run = (signal: AbortSignal, onLine: (line: string) => void) => Promise<number>;

interface Measured {
  readonly verdict: Verdict | undefined;
  /** The accelerators whose QEMU was stopped before it had ended. */
  readonly stopped: readonly string[];
}

async function measure(runs: { readonly kvm: Run; readonly tcg: Run }, signal?: AbortSignal): Promise<Measured> {
  const stopped: string[] = [];
  const trial: Trial = async (args, options) => {
    const accelerator = /accel=(kvm|tcg)/.exec(args.join(' '))?.[1] === 'kvm' ? 'kvm' : 'tcg';
    try {
      return await runs[accelerator](options.signal, options.onLine);
    } catch (error) {
      if (!options.signal.aborted) throw error;
      stopped.push(accelerator);
      throw options.signal.reason instanceof KilnError ? options.signal.reason : new CancelledError();
    }
  };
  const verdict = await measureKvm(trial, 'host', '/probe.img', signal ?? new AbortController().signal);
  return { verdict, stopped };
}

/** Ends after a wait, so that of two the order is certain. */
function after(milliseconds: number, status = PASSED): Run {
  return (signal) => delay(milliseconds, status, { signal });
}

/** Is never done by itself. */
const hangs: Run = (signal) =>
  new Promise((_, reject) => {
    const stop = (): void => reject(new Error('stopped'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

function dies(message: string, outputTail = ''): Run {
  return () => Promise.reject(new CommandError(message, { code: 'PROGRAM_FAILED', outputTail }));
}

it('takes KVM that is faster, without waiting for software', async () => {
  const { verdict, stopped } = await measure({ kvm: after(10), tcg: hangs });
  expect(verdict).toEqual({
    works: true,
    reason: expect.stringMatching(/^a boot took 0\.\d\d s under KVM and more than 0\.\d\d s in software$/) as string,
  });
  expect(stopped).toEqual(['tcg']);
});

it('does not take KVM that has not done by the time that software takes', async () => {
  const { verdict, stopped } = await measure({ kvm: hangs, tcg: after(10) });
  expect(verdict).toMatchObject({ works: false, reason: expect.stringContaining('slower than software') as string });
  expect(stopped).toEqual(['kvm']);
});

it('does not take KVM that is only a little faster', async () => {
  const { verdict } = await measure({ kvm: after(400), tcg: after(450) });
  expect(verdict).toMatchObject({
    works: false,
    reason: expect.stringMatching(/^a boot took .* under KVM and .* in software$/) as string,
  });
});

it('does not take KVM under which the guest does not come through', async () => {
  const { verdict } = await measure({ kvm: after(1, 0), tcg: hangs });
  expect(verdict).toEqual({ works: false, reason: 'QEMU ended with status 0' });
});

it('says what QEMU dies of', async () => {
  const kvm = dies('/usr/bin/qemu-system-x86_64 was ended by SIGABRT', 'failed to set MSR 0x10a to 0x69\nAssertion');
  const { verdict } = await measure({ kvm, tcg: hangs });
  expect(verdict?.reason).toBe('qemu-system-x86_64 was ended by SIGABRT: failed to set MSR 0x10a to 0x69');
});

it('does not wait for a guest that KVM has stopped', async () => {
  const kvm: Run = (signal, onLine) => {
    onLine('KVM internal error. Suberror: 1');
    return hangs(signal, onLine);
  };
  const { verdict } = await measure({ kvm, tcg: hangs });
  expect(verdict).toEqual({ works: false, reason: 'KVM internal error' });
});

it('takes KVM that works when QEMU has no software accelerator', async () => {
  const { verdict } = await measure({ kvm: after(20), tcg: dies('qemu-kvm ended with status 1') });
  expect(verdict?.works).toBe(true);
});

it('stops both when it is cancelled', async () => {
  const cancelling = new AbortController();
  const measuring = measure({ kvm: hangs, tcg: hangs }, cancelling.signal);
  cancelling.abort(new CancelledError());
  await expect(measuring).rejects.toBeInstanceOf(CancelledError);
});
