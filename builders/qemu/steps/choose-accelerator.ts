import type { BuildRun } from '../../../plugins/sdk/index.ts';
import { judgeKvm, type Guests } from '../accelerator/judge-kvm.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import type { QemuDriver } from '../driver.ts';

/** What a verdict on KVM is about. */
export function kvmOf(config: QemuBuilderConfig, { qemu }: QemuDriver, { cacheDirectory }: BuildRun): Guests {
  return { qemu, cpu: config.cpu_model ?? 'host', cacheDirectory };
}

/** QEMU's name of the accelerator; undefined when the choice is QEMU's. */
export async function chooseAccelerator(
  config: QemuBuilderConfig,
  driver: QemuDriver,
  build: BuildRun,
): Promise<string | undefined> {
  if (config.accelerator === 'none') return undefined;
  if (config.accelerator !== 'auto') return config.accelerator;
  const { works, reason } = await judgeKvm(kvmOf(config, driver, build), driver.tryOut, build.signal);
  build.debug(`KVM: ${reason}`);
  if (works) return 'kvm';
  build.say(`KVM does not work here (${reason}); the guest runs in software (tcg), which is slower`);
  return 'tcg';
}
