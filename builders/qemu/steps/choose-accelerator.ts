import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CommandError, TimeoutError, type BuildRun } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import type { QemuDriver } from '../driver.ts';

const PROBE_MILLISECONDS = 5000;
const DEVICE = '/dev/kvm';

/** What node calls the processor that a QEMU program emulates. */
const PROCESSORS: Readonly<Record<string, string>> = {
  'qemu-system-x86_64': 'x64',
  'qemu-system-i386': 'x64',
  'qemu-system-aarch64': 'arm64',
};

/** The exit status QEMU's debug device makes of the byte 0x31. */
const ALIVE = 0x31 * 2 + 1;

/**
 * Firmware that does one thing, in the place where an x86 processor starts: it sends 0x31 to port 0x501, where the
 * debug device ends QEMU, and halts.
 */
function probeFirmware(): Uint8Array {
  const image = Buffer.alloc(65536);
  Buffer.from([0xb0, 0x31, 0xba, 0x01, 0x05, 0xee, 0xf4, 0xeb, 0xfd]).copy(image, image.length - 16);
  return image;
}

/** Why KVM does not work; undefined when a guest CPU ran its instructions. */
async function probe(driver: QemuDriver, build: BuildRun): Promise<string | undefined> {
  const firmware = join(await build.temporaryDirectory(), 'probe.bin');
  await writeFile(firmware, probeFirmware());
  const machine = ['-machine', 'pc,accel=kvm', '-cpu', 'host', '-m', '16', '-nodefaults', '-display', 'none'];
  const device = ['-bios', firmware, '-device', 'isa-debug-exit,iobase=0x501,iosize=1'];
  try {
    const status = await driver.tryOut([...machine, ...device], PROBE_MILLISECONDS);
    return status === ALIVE ? undefined : `QEMU ended with status ${status}`;
  } catch (error) {
    if (error instanceof TimeoutError) return 'a guest CPU does not run';
    if (!(error instanceof CommandError)) throw error;
    return error.message.replace(driver.qemu, 'QEMU');
  }
}

/** Changes when the verdict on KVM may: with each boot of the machine, another QEMU, other rights. */
async function verdictKey(driver: QemuDriver): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const facts = await Promise.all([driver.qemu, DEVICE].map((path) => stat(path)));
  const parts = facts.flatMap(({ ino, size, mtimeMs, mode }) => [ino, size, Math.trunc(mtimeMs), mode]);
  const text = JSON.stringify([boot, driver.qemu, process.getuid?.() ?? 0, ...parts]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

async function probedBefore(driver: QemuDriver, build: BuildRun): Promise<string | undefined> {
  const path = join(build.cacheDirectory, `qemu-kvm-${await verdictKey(driver)}.json`);
  try {
    const verdict: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (verdict === null || typeof verdict === 'string') return verdict ?? undefined;
  } catch {
    // Not probed yet.
  }
  const verdict = await probe(driver, build);
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify(verdict ?? null));
  await rename(unfinished, path);
  return verdict;
}

/** Why KVM is not to be used; undefined when it works. */
async function reasonAgainstKvm(driver: QemuDriver, build: BuildRun): Promise<string | undefined> {
  const program = basename(driver.qemu);
  if (process.platform !== 'linux') return 'this is not Linux';
  if (PROCESSORS[program] !== process.arch) return 'the guest has another processor than this machine';
  try {
    await access(DEVICE, constants.R_OK | constants.W_OK);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing ? `there is no ${DEVICE}` : `${DEVICE} cannot be opened; is the user in the group kvm?`;
  }
  return process.arch === 'x64' ? probedBefore(driver, build) : undefined;
}

/** QEMU's name of the accelerator; undefined when the choice is QEMU's. */
export async function chooseAccelerator(
  config: QemuBuilderConfig,
  driver: QemuDriver,
  build: BuildRun,
): Promise<string | undefined> {
  if (config.accelerator === 'none') return undefined;
  if (config.accelerator !== 'auto') return config.accelerator;
  const reason = await reasonAgainstKvm(driver, build);
  if (reason === undefined) return 'kvm';
  build.say(`KVM does not work here (${reason}); the guest runs in software (tcg), which is slower`);
  return 'tcg';
}
