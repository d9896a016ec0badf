import { findProgram } from '../../../plugins/sdk/host.ts';
import type { ExamineContext } from '../../../plugins/sdk/index.ts';
import { qemuTrial } from '../driver.ts';
import { judgeKvm } from './judge-kvm.ts';

const PROGRAM = 'qemu-system-x86_64';

/** What `kiln doctor` says about KVM, with what was measured. */
export async function examine({ cacheDirectory, signal }: ExamineContext): Promise<readonly string[]> {
  const qemu = findProgram(PROGRAM);
  // Its absence is what there is to say.
  if (qemu === undefined) return [];
  try {
    const { works, reason } = await judgeKvm({ qemu, cpu: 'host', cacheDirectory }, qemuTrial(qemu), signal);
    return [
      works ? `KVM works: ${reason}` : `KVM is not used (${reason}); guests run in software (tcg), which is slower`,
    ];
  } catch {
    return [];
  }
}
