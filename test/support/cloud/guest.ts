import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSshd, type TestSshd } from '../ssh/sshd.ts';
import type { InstanceAddress } from './addresses.ts';

/** What answers for an instance. Data only: it can be sent to a server in another process. */
export interface GuestPlan {
  /** An OpenSSH server of this machine, on the loopback addresses that the instance's stand for. */
  readonly kind: 'sshd';
  /** The port on those addresses; 22 when left out. */
  readonly port?: number;
  /** More lines for sshd_config. */
  readonly lines?: readonly string[];
}

/** The public line inside an unencrypted private key file of OpenSSH. */
function publicLine(file: string): string {
  const bytes = Buffer.from(file.replace(/-----[^-]+-----/g, ''), 'base64');
  let at = 'openssh-key-v1\0'.length;
  const next = (): Buffer => {
    const length = bytes.readUInt32BE(at);
    const field = bytes.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    return field;
  };
  next();
  next();
  next();
  at += 4;
  const body = next();
  const type = body.subarray(4, 4 + body.readUInt32BE(0)).toString();
  return `${type} ${body.toString('base64')}`;
}

/** A guest that lets in the key pair that the instance was started with, and no other. */
export function makeGuest(plan: GuestPlan, address: InstanceAddress, publicKey: string | undefined): Guest {
  const port = plan.port ?? 22;
  let sshd: TestSshd | undefined;
  let console = '[    0.000000] Linux version 6.1.0\n';
  let busy: Promise<void> = Promise.resolve();
  // One after the other: an instance can be stopped while its guest is still on its way up.
  const queue = (act: () => Promise<void>): Promise<void> => (busy = busy.then(act));

  async function up(): Promise<void> {
    if (sshd === undefined) {
      const listen = address.served.map((each) => `ListenAddress ${each}:${port}`);
      sshd = await startSshd([...listen, ...(plan.lines ?? [])]);
      // Replaces the key that the support's server made for itself.
      await writeFile(join(sshd.directory, 'authorized_keys'), publicKey === undefined ? '' : `${publicKey}\n`);
      const host = publicLine(await readFile(join(sshd.directory, 'host_key'), 'utf8'));
      console += `-----BEGIN SSH HOST KEY KEYS-----\n${host} root@guest\n-----END SSH HOST KEY KEYS-----\n`;
      return;
    }
    await sshd.start();
  }

  return {
    console: () => console,
    start: () => queue(up),
    stop: () =>
      queue(async () => {
        await sshd?.cut();
        await sshd?.halt();
      }),
    close: () => queue(async () => sshd?.stop()),
  };
}

/** What runs "in" an instance. */
export interface Guest {
  /** What GetConsoleOutput shows. */
  console(): string;
  start(): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
}
