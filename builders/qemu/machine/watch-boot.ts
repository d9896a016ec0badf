import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import { lastLines } from './console.ts';
import type { Machine } from './machine.ts';
import { readTextScreen } from '../typing/text-screen.ts';

const CONSOLE_MILLISECONDS = 1000;
/** Looking at the screen goes through QEMU's monitor. */
const SCREEN_EVERY = 5;

/** The kernel's last words, said when it neither reboots nor goes on. */
const PANIC = /---\[ end Kernel panic - not syncing: ([^\n]*?) \]---/;
/** What SeaBIOS and OVMF say when they have tried everything. */
const NOTHING_TO_BOOT = /^(No bootable device\.(?! *Retrying)|BdsDxe: No bootable option or device was found\.)/m;

function hopeless(
  text: string,
): { readonly message: string; readonly code: string; readonly hint?: string } | undefined {
  const panic = PANIC.exec(text);
  if (panic !== null) return { message: `the guest's kernel has panicked: ${panic[1] ?? ''}`, code: 'GUEST_PANICKED' };
  if (!NOTHING_TO_BOOT.test(text)) return undefined;
  return {
    message: 'the firmware has found nothing to boot from',
    code: 'NOTHING_TO_BOOT',
    hint: 'see whether the source can be booted: a UEFI image needs efi_boot, an ISO may need another cdrom_interface',
  };
}

async function lookAt(machine: Machine, scratch: string, screenToo: boolean, source: string): Promise<void> {
  const console = await lastLines(machine.consoleFile);
  const screen = screenToo ? await readTextScreen(machine.qmp, scratch).catch(() => []) : [];
  const found = hopeless(console.join('\n')) ?? hopeless(screen.join('\n'));
  if (found === undefined) return;
  const { message, ...rest } = found;
  const details = { ...rest, pointer: rest.code === 'NOTHING_TO_BOOT' ? source : undefined };
  machine.fail(new StepError(await machine.withConsole(message), details));
}

/**
 * Fails the machine when it says that it will never be up, so that nobody waits for it. Ends with `signal`. `source` is the
 * pointer of the option that names what it boots from.
 */
export async function watchBoot(machine: Machine, source: string, build: BuildRun, signal: AbortSignal): Promise<void> {
  const scratch = join(await build.temporaryDirectory(), 'boot-screen');
  const over = AbortSignal.any([signal, machine.failed]);
  for (let round = 1; ; round += 1) {
    await delay(CONSOLE_MILLISECONDS, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) return;
    await lookAt(machine, scratch, round % SCREEN_EVERY === 0, source);
  }
}
