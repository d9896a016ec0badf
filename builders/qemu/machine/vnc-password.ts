import { randomInt } from 'node:crypto';
import type { BuildRun } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import type { Qmp } from './qmp.ts';

const LENGTH = 8;
/** Without characters that are mistaken for others. */
const CHARACTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

export function hasVncPassword(config: Pick<QemuBuilderConfig, 'vnc_use_password' | 'vnc_password'>): boolean {
  return config.vnc_use_password || config.vnc_password !== undefined;
}

/** Tells QEMU the password, without which nobody gets in by VNC; one that is not the template's is shown. */
export async function setVncPassword(config: QemuBuilderConfig, qmp: Qmp, build: BuildRun): Promise<void> {
  const madeUp = Array.from({ length: LENGTH }, () => CHARACTERS.charAt(randomInt(CHARACTERS.length))).join('');
  const password = config.vnc_password ?? madeUp;
  await qmp.execute('set_password', { protocol: 'vnc', password });
  if (config.vnc_password === undefined) build.say(`the password for VNC is ${password}`);
}
