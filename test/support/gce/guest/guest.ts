import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { InstanceAddress } from '../../cloud/addresses.ts';
import { makeGuest, type Guest, type GuestPlan } from '../../cloud/guest.ts';

/** What runs in an instance. */
export interface InstanceGuest {
  console(): string;
  start(): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
  /** What Google's agent does with the metadata `ssh-keys`: lines of "user:key". */
  letIn(keys: string): Promise<void>;
}

/** The keys of the one account that the loopback server has. */
function ownKeys(keys: string): string {
  const { username } = userInfo();
  const lines = keys.split('\n').map((line) => line.trim());
  return lines.flatMap((line) => (line.startsWith(`${username}:`) ? [line.slice(username.length + 1)] : [])).join('\n');
}

/** An OpenSSH server that lets in whom the instance's metadata name. */
export async function makeInstanceGuest(
  plan: GuestPlan,
  address: InstanceAddress,
  keys: string,
): Promise<InstanceGuest> {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-gce-guest-'));
  const file = join(directory, 'keys');
  const letIn = (text: string): Promise<void> => writeFile(file, `${ownKeys(text)}\n`, { mode: 0o600 });
  await letIn(keys);
  const lines = [`AuthorizedKeysFile ${file}`, ...(plan.lines ?? [])];
  const guest: Guest = makeGuest({ ...plan, lines }, address, undefined);
  return {
    console: () => guest.console(),
    start: () => guest.start(),
    stop: () => guest.stop(),
    letIn,
    close: async () => {
      await guest.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
