import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, throwIfCancelled, TimeoutError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { powershell } from '../../../plugins/sdk/guest.ts';
import type { Deadline } from '../deadline.ts';

const PAUSE_MILLISECONDS = 5000;

async function keysThere(keys: readonly string[], deadline: Deadline, run: ProvisionRun): Promise<readonly string[]> {
  const tests = keys.map((key) => {
    const word = powershell.word(key);
    return `if (Test-Path -LiteralPath ${word}) {[Console]::Out.WriteLine('KILN-KEY '+${word})}`;
  });
  const found: string[] = [];
  const script = `$ProgressPreference='SilentlyContinue'\n${tests.join('\n')}\nexit 0`;
  const result = await run.communicator.exec(powershell.command(script), {
    signal: run.signal,
    timeout: deadline.left(),
    onLine: (_stream, line) => {
      if (line.startsWith('KILN-KEY ')) found.push(line.slice('KILN-KEY '.length));
    },
  });
  if (result.exitStatus === 0) return found;
  throw new CommandError('the registry could not be looked at', {
    code: 'WINDOWS_NO_REGISTRY',
    outputTail: result.outputTail,
  });
}

/** Waits until none of the keys is in the guest's registry. Throws as `Deadline.check` does. */
export async function awaitRegistry(keys: readonly string[], deadline: Deadline, run: ProvisionRun): Promise<void> {
  const { signal } = run;
  for (;;) {
    let state: string;
    try {
      const found = await keysThere(keys, deadline, run);
      if (found.length === 0) return;
      state = `the registry still has ${found.join(', ')}`;
    } catch (error) {
      throwIfCancelled(signal);
      if (!(error instanceof TimeoutError || error instanceof CommandError)) throw error;
      state = error.message;
    }
    run.debug(state);
    await delay(Math.min(PAUSE_MILLISECONDS, deadline.left()), undefined, { signal }).catch(() => undefined);
    throwIfCancelled(signal);
    deadline.check(state);
  }
}
