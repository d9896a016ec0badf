import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { JsonObject } from '../../../core/contract/json.ts';
import { tinyOptions } from '../qemu/bake.ts';
import { tinyGuest } from '../../support/qemu/tiny-guest.ts';

/** The tiny guest, booted once and put to sleep: a build of it wakes it up, and need not wait for it to boot. */
export interface AwakeGuest extends Disposable {
  /** Options of a bake into `home`/out. */
  options(home: string): JsonObject;
}

const MEBIBYTES = 128;

/** Lets QEMU's monitor run commands, one after the other. */
async function monitor(path: string, commands: readonly JsonObject[]): Promise<void> {
  const socket = connect(path);
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const answer = async (): Promise<JsonObject> => {
    for (;;) {
      const line = await lines.next();
      if (line.done === true) throw new Error('the monitor went away');
      const message = JSON.parse(line.value) as JsonObject;
      if ('error' in message) throw new Error(line.value);
      if ('return' in message || 'QMP' in message) return message;
    }
  };
  await answer();
  for (const command of commands) {
    for (;;) {
      socket.write(`${JSON.stringify(command)}\n`);
      const { return: result } = await answer();
      const state =
        typeof result === 'object' && result !== null && 'status' in result ? result['status'] : 'completed';
      if (state === 'failed') throw new Error('the machine could not be put to sleep');
      if (state === 'completed') break;
      await delay(100);
    }
  }
  socket.destroy();
}

export async function awakeGuest(): Promise<AwakeGuest> {
  const { disk, privateKeyFile } = tinyGuest();
  const directory = mkdtempSync('/var/tmp/kiln-awake-');
  const [own, state, socket] = [join(directory, 'disk'), join(directory, 'state'), join(directory, 'monitor')];
  copyFileSync(disk, own);
  const port = 20_000 + (process.pid % 10_000);
  // As Kiln starts it, or the state does not fit.
  const child = spawn('qemu-system-x86_64', [
    ...['-machine', 'type=pc,accel=tcg', '-cpu', 'max', '-m', `${MEBIBYTES}M`, '-smp', '1', '-boot', 'c'],
    ...['-netdev', `user,id=user.0,hostfwd=tcp:127.0.0.1:${port}-:22`, '-device', 'virtio-net,netdev=user.0'],
    ...['-drive', `file=${own},if=virtio,cache=unsafe,discard=unmap,format=qcow2`, '-display', 'none'],
    ...[
      '-chardev',
      `socket,id=kiln-monitor,path=${socket},server=on,wait=off`,
      '-mon',
      'chardev=kiln-monitor,mode=control',
    ],
    ...['-serial', 'null', '-device', 'virtio-rng-pci'],
  ]);
  const ended = once(child, 'exit');
  try {
    const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'ConnectTimeout=5'];
    const login = [...options.flatMap((option) => ['-o', option]), '-i', privateKeyFile, '-p', String(port)];
    for (let tries = 0; spawnSync('ssh', [...login, 'root@127.0.0.1', 'sync']).status !== 0; tries += 1) {
      if (tries === 200 || child.exitCode !== null) throw new Error('the guest does not boot');
      await delay(300);
    }
    await monitor(socket, [
      { execute: 'qmp_capabilities' },
      { execute: 'migrate', arguments: { uri: `exec:cat >${state}` } },
      { execute: 'query-migrate' },
      { execute: 'quit' },
    ]);
    await ended;
    if (!existsSync(state)) throw new Error('the machine was not put to sleep');
  } catch (error) {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  return {
    options: (home) =>
      tinyOptions(home, { iso_url: own, memory: MEBIBYTES, qemuargs: [['-incoming', `exec:cat ${state}`]] }),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}
