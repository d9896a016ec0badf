import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../../../plugins/sdk/index.ts';
import type { TypingTarget } from '../../_shared/boot-command/type-boot-command.ts';
import { flowControl } from './flow-control.ts';
import { textWaiter, type Watched } from './wait-for-text.ts';

/**
 * Types on the guest's keyboard by QEMU's monitor. Each key event is sent when the guest has taken the one before it,
 * and `interval` milliseconds after it at the earliest.
 */
export async function typingTarget(watched: Watched, interval: number): Promise<TypingTarget> {
  const { qmp, signal } = watched;
  const drain = await flowControl(qmp);
  const pause = async (milliseconds: number): Promise<void> => {
    await delay(milliseconds, undefined, { signal }).catch(() => undefined);
    throwIfCancelled(signal);
  };
  return {
    pause,
    waitFor: textWaiter(watched),
    key: async ({ qcode, down }) => {
      const key = { type: 'qcode', data: qcode };
      await qmp.execute('input-send-event', { events: [{ type: 'key', data: { down, key } }] });
      await Promise.all([drain(signal), pause(interval)]);
    },
  };
}
