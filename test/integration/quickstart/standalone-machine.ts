import { spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface StandaloneMachine {
  /** Ports of 127.0.0.1 that lead to the guest's. */
  readonly httpPort: number;
  readonly sshPort: number;
  /** The page at `path`; waits until the guest serves it. Throws when the time is up or the machine has ended. */
  fetchPage(path: string, milliseconds: number): Promise<string>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** OVMF's code and a copy of its variables, or nothing: QEMU's own firmware is SeaBIOS. */
function firmwareArguments(firmware: 'SeaBIOS' | 'OVMF', directory: string): readonly string[] {
  if (firmware === 'SeaBIOS') return [];
  const variables = join(directory, 'ovmf-variables.fd');
  copyFileSync('/usr/share/OVMF/OVMF_VARS_4M.fd', variables);
  return [
    '-drive',
    'if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd',
    '-drive',
    `if=pflash,format=raw,file=${variables}`,
  ];
}

/** Boots an image with QEMU and nothing of Kiln's; what the guest writes is thrown away. */
export async function bootStandalone(
  image: string,
  firmware: 'SeaBIOS' | 'OVMF',
  directory: string,
): Promise<StandaloneMachine> {
  const [httpPort, sshPort] = [await freePort(), await freePort()];
  const child = spawn(
    'qemu-system-x86_64',
    [
      ...['-machine', 'q35,accel=tcg', '-cpu', 'max', '-smp', '2', '-m', '512', '-display', 'none', '-snapshot'],
      ...firmwareArguments(firmware, directory),
      ...['-serial', `file:${join(directory, `${firmware}.log`)}`, '-device', 'virtio-rng-pci'],
      ...['-drive', `file=${image},format=qcow2,if=virtio`],
      '-nic',
      `user,model=virtio,hostfwd=tcp:127.0.0.1:${httpPort}-:80,hostfwd=tcp:127.0.0.1:${sshPort}-:22`,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    httpPort,
    sshPort,
    fetchPage: async (path, milliseconds) => {
      const deadline = performance.now() + milliseconds;
      for (;;) {
        try {
          const signal = AbortSignal.timeout(10_000);
          const reply = await fetch(`http://127.0.0.1:${httpPort}${path}`, { signal });
          if (reply.ok) return await reply.text();
          throw new Error(`the guest answered with status ${reply.status}`);
        } catch (error) {
          if (child.exitCode !== null) throw new Error('QEMU has ended', { cause: error });
          if (performance.now() > deadline) throw error;
          await delay(500);
        }
      }
    },
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
