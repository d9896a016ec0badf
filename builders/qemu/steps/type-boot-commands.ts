import { join } from 'node:path';
import { aboutOption, StepError, TimeoutError, type BuildRun } from '../../../plugins/sdk/index.ts';
import type { BootStep } from '../../_shared/boot-command/boot-command.ts';
import { waitMilliseconds } from '../../_shared/boot-command/duration.ts';
import { parseBootCommand } from '../../_shared/boot-command/parse.ts';
import { typeBootCommand, type TypingTarget } from '../../_shared/boot-command/type-boot-command.ts';
import { bootTexts, type BootText } from '../typing/boot-texts.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { throwIfFailing, type Machine } from '../machine/machine.ts';
import { typingTarget } from '../typing/typing-target.ts';
import type { GuestHttp } from './serve-http.ts';

const DEFAULT_BOOT_WAIT_MILLISECONDS = 10_000;
const DEFAULT_KEY_INTERVAL_MILLISECONDS = 10;

export interface BootData {
  readonly name: string;
  readonly http: GuestHttp;
  readonly publicKey: string | undefined;
}

/** A boot command filled in and read. Throws `StepError` BOOT_COMMAND when what was filled in spoils it. */
function stepsOf(text: BootText, { name, http, publicKey = '' }: BootData, build: BuildRun): readonly BootStep[] {
  const data = {
    HTTPIP: http.seenByGuest.ip,
    HTTPPort: http.seenByGuest.port,
    Name: name,
    SSHPublicKey: publicKey,
  };
  const { steps, fault } = parseBootCommand(build.render(text.parts.join(''), data, text.pointer));
  if (fault === undefined) return steps;
  throw new StepError(`the boot command cannot be typed: ${fault.message}`, {
    code: 'BOOT_COMMAND',
    pointer: text.pointer,
    ...(fault.hint === undefined ? {} : { hint: fault.hint }),
  });
}

function keyInterval(config: QemuBuilderConfig): number {
  const fromEnvironment = waitMilliseconds(process.env['PACKER_KEY_INTERVAL'] ?? '');
  return Math.max(0, config.boot_key_interval ?? fromEnvironment ?? DEFAULT_KEY_INTERVAL_MILLISECONDS);
}

type Typed = BootText & { readonly steps: readonly BootStep[] };

/** Resolves with 'ended' when the machine has ended meanwhile, as one may that nobody logs in to. */
type UnlessEnded = <T>(body: () => Promise<T>) => Promise<T | 'ended'>;

async function typeAll(
  texts: readonly Typed[],
  config: QemuBuilderConfig,
  guest: TypingTarget,
  unlessEnded: UnlessEnded,
  build: BuildRun,
): Promise<void> {
  const startsWithWait = texts[0]?.steps[0]?.type === 'wait-for';
  const wait = config.boot_wait ?? (startsWithWait ? 0 : DEFAULT_BOOT_WAIT_MILLISECONDS);
  if (wait > 0) {
    build.say(`waiting ${wait / 1000} s for the machine to start`);
    if ((await build.step('wait for boot', () => unlessEnded(() => guest.pause(wait)))) === 'ended') return;
  }
  for (const { steps, pointer, description = 'type boot command' } of texts) {
    const { boot_keyboard_layout: layout, boot_keygroup_interval: groupInterval } = config;
    const type = (): Promise<void> =>
      aboutOption(pointer, () => typeBootCommand(steps, layout, guest, Math.max(0, groupInterval)));
    if ((await build.step(description, () => unlessEnded(type))) === 'ended') return;
  }
}

/** Types what the template says, if it says anything. Throws `TimeoutError` BOOT_TEXT_MISSING and why a machine failed. */
export async function typeBootCommands(
  config: QemuBuilderConfig,
  machine: Machine,
  data: BootData,
  build: BuildRun,
): Promise<void> {
  const texts = bootTexts(config).map((text) => ({ ...text, steps: stepsOf(text, data, build) }));
  if (texts.length === 0) return;
  const signal = AbortSignal.any([machine.failed, build.signal]);
  const scratch = join(await build.temporaryDirectory(), 'screen');
  // A machine that nobody logs in to may do all of its work while it is typed to.
  if (config.communicator === 'none') machine.expectEnd();
  const unlessEnded: UnlessEnded = async (body) => {
    try {
      return await body();
    } catch (error) {
      if (build.signal.aborted) throw error;
      if (error instanceof TimeoutError) {
        const { code, hint, pointer } = error;
        const message = await machine.withConsole(error.message);
        throw new TimeoutError(message, { code, pointer, cause: error, hint });
      }
      const ended = await throwIfFailing(machine);
      if (config.communicator !== 'none' || !ended) throw error;
      build.say('the machine has switched itself off');
      return 'ended';
    }
  };
  const watched = { qmp: machine.qmp, consoleFile: machine.consoleFile, scratch, signal };
  const guest = await unlessEnded(() => typingTarget(watched, keyInterval(config)));
  if (guest !== 'ended') await typeAll(texts, config, guest, unlessEnded, build);
}
