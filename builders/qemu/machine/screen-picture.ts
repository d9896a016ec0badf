import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Qmp } from './qmp.ts';

const PATIENCE_MILLISECONDS = 5000;

/**
 * Keeps what the guest's screen shows as a PNG beside its console's log, and returns the path; undefined when QEMU is
 * older than 7.1, does not answer, or the machine has no screen.
 */
export async function takePicture(qmp: Qmp, consoleFile: string): Promise<string | undefined> {
  const filename = `${consoleFile.replace(/\.log$/, '')}.png`;
  const taken = qmp.execute('screendump', { filename, format: 'png' }).then(
    () => true,
    () => false,
  );
  const inTime = await Promise.race([taken, delay(PATIENCE_MILLISECONDS, false, { ref: false })]);
  if (!inTime) return undefined;
  return stat(filename).then(
    ({ size }) => (size > 0 ? filename : undefined),
    () => undefined,
  );
}
