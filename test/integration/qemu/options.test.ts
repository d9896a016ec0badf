import { execFileSync } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Communicator } from '../../../core/contract/communicator.ts';
import { grubDisk } from '../../support/qemu/grub-disk.ts';
import { bake, byItself, leftovers, newHome, reasonToSkip, said, tinyOptions } from './bake.ts';

const long = process.env['KILN_LONG_TESTS'] === '1';
if (!long) console.info('skipped: TPM 1.2, firmware in flash; KILN_LONG_TESTS=1 runs them');

/** What commands in the guest say. */
async function lines(guest: Communicator, script: string, signal: AbortSignal): Promise<readonly string[]> {
  const seen: string[] = [];
  await guest.exec(script, { signal, onLine: (_stream, line) => void seen.push(line) });
  return seen;
}

/** Logs in to a VNC server as any client does; resolves with its verdict, 0 for welcome. */
async function vncLogin(port: number, password: string): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let buffer = Buffer.alloc(0);
  const read = async (length: number): Promise<Buffer> => {
    while (buffer.length < length) {
      const next = await chunks.next();
      if (next.done === true) throw new Error('the server hung up');
      buffer = Buffer.concat([buffer, next.value]);
    }
    const [part, rest] = [buffer.subarray(0, length), buffer.subarray(length)];
    buffer = rest;
    return part;
  };
  await read(12);
  socket.write('RFB 003.008\n');
  const [count = 0] = await read(1);
  expect([...(await read(count))]).toEqual([2]);
  socket.write(Uint8Array.of(2));
  const challenge = await read(16);
  // VNC has the bits of each byte the wrong way round; three times the same key is plain DES.
  const key = Buffer.from(password.padEnd(8, '\0')).map((byte) =>
    Number.parseInt(byte.toString(2).padStart(8, '0').split('').reverse().join(''), 2),
  );
  const cipher = createCipheriv('des-ede3-ecb', Buffer.concat([key, key, key]), null).setAutoPadding(false);
  socket.write(cipher.update(challenge));
  return (await read(4)).readUInt32BE();
}

/** What QEMU answers to a first command on a monitor. */
async function greetMonitor(path: string): Promise<string> {
  const socket = connect(path);
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.write('{"execute":"qmp_capabilities"}\n{"execute":"query-name"}\n');
  await expect.poll(() => text).toContain('"name"');
  return text;
}

describe.skipIf(reasonToSkip() !== undefined)('a machine', { timeout: 180_000 }, () => {
  it('has a TPM 2.0 that the guest talks to, a VNC password, a monitor for others, files over IPv6, and a CD at a controller of its own', async () => {
    const home = newHome();
    const options = tinyOptions(home, {
      vtpm: true,
      tpm_device_type: 'tpm-crb',
      cdrom_interface: 'virtio-scsi',
      cd_content: { 'on-cd.txt': 'on the CD\n' },
      disable_vnc: false,
      vnc_port_min: 5950,
      vnc_port_max: 5999,
      vnc_use_password: true,
      qmp_socket_path: join(home, 'out/vm.monitor'),
      http_network_protocol: 'tcp6',
      http_content: { '/seed.txt': 'sown over IPv6\n' },
    });
    let verdicts: readonly number[] = [];
    let monitor = '';
    let tpm: readonly string[] = [];
    const { error, small } = await bake(
      options,
      {
        home,
        provision: async (guest, data, signal) => {
          const told = (pattern: RegExp): string => pattern.exec(running?.lines.join('\n') ?? '')?.[1] ?? '';
          const port = Number(told(/screen is at vnc:\/\/127\.0\.0\.1:(\d+)/));
          const password = told(/password for VNC is (\w+)/);
          verdicts = [await vncLogin(port, password), await vncLogin(port, `${password.slice(1)}x`)];
          monitor = await greetMonitor(told(/monitor is at (.*)/));
          const script = `cat /sys/class/tpm/tpm0/tpm_version_major; ls -d /dev/tpm0; cat /sys/class/tpm/tpm0/device/modalias
            for try in 1 2 3 4 5 6 7 8 9; do [ -b /dev/sr0 ] && break; sleep 1; done
            mkdir /mnt; mount -t iso9660 -o ro /dev/sr0 /mnt; cat /mnt/on-cd.txt; readlink /sys/block/sr0
            # The guest has an IPv6 address only some time after SSH answers over IPv4.
            for try in 1 2 3 4 5 6 7 8 9; do wget -qO- http://${data.PackerHTTPAddr ?? ''}/seed.txt 2>/dev/null && break; sleep 1; done`;
          tpm = await lines(guest, script, signal);
        },
      },
      (small) => {
        running = small;
      },
    );
    expect(error).toBeUndefined();
    expect(verdicts).toEqual([0, 1]);
    expect(monitor).toContain('web.qcow2');
    expect(tpm).toEqual([
      '2',
      '/dev/tpm0',
      expect.stringContaining('MSFT0101'),
      'on the CD',
      expect.stringContaining('/virtio'),
      'sown over IPv6',
    ]);
    expect(small.files.get('console')).toMatch(/qemu-consoles\/.*\.log$/);
    expect(existsSync(join(home, 'out/vm.monitor'))).toBe(false);
    expect(leftovers(home)).toEqual(['out']);
  });
  let running: Awaited<ReturnType<typeof bake>>['small'] | undefined;

  it.runIf(long)('has a TPM 1.2 when that is asked for', async () => {
    const home = newHome();
    const options = tinyOptions(home, { vtpm: true, use_tpm1: true });
    const seen: string[] = [];
    const { error } = await bake(options, {
      home,
      provision: async (guest, _data, signal) => {
        seen.push(...(await lines(guest, 'cat /sys/class/tpm/tpm0/tpm_version_major', signal)));
      },
    });
    expect(error).toBeUndefined();
    expect(seen).toEqual(['1']);
  });

  it.runIf(long)('boots firmware from flash', async () => {
    const home = newHome();
    const options = { firmware: '/usr/share/ovmf/OVMF.fd', use_pflash: true, ...byItself, memory: 256 };
    const { error } = await bake(tinyOptions(home, options), { home });
    expect(error).toBeUndefined();
    expect(said(home)).toContain('tiny-guest: booted');
  });

  it('leaves a socket alone that another program has', async () => {
    const home = newHome();
    const path = join(home, 'monitor');
    writeFileSync(path, '');
    const options = tinyOptions(home, { ...byItself, iso_url: grubDisk(home, []), qmp_socket_path: path });
    const { error } = await bake(options, { home });
    expect(error).toMatchObject({ code: 'QMP_SOCKET_TAKEN', pointer: '/qmp_socket_path' });
    expect(existsSync(path)).toBe(true);
  });

  it('ends the build when its TPM does not start', async () => {
    const home = newHome();
    const programs = join(home, 'programs');
    mkdirSync(programs);
    writeFileSync(join(programs, 'swtpm'), '#!/bin/sh\necho no room for keys >&2\nexit 1\n', { mode: 0o755 });
    const path = process.env['PATH'] ?? '';
    process.env['PATH'] = `${programs}:${path}`;
    onTestFinished(() => void (process.env['PATH'] = path));
    const options = tinyOptions(home, { ...byItself, iso_url: grubDisk(home, []), vtpm: true });
    const { error } = await bake(options, { home });
    expect(error).toMatchObject({
      code: 'TPM_NOT_STARTED',
      message: expect.stringContaining('no room for keys') as string,
    });
  });
});

/** Why no bridge can be made here. */
function reasonAgainstBridges(): string | undefined {
  try {
    execFileSync('ip', ['link', 'add', 'kilntest1', 'type', 'bridge'], { stdio: 'ignore' });
    execFileSync('ip', ['link', 'delete', 'kilntest1'], { stdio: 'ignore' });
    return existsSync('/dev/net/tun') ? undefined : 'there is no /dev/net/tun';
  } catch {
    return 'bridges can be made by root only';
  }
}

const noBridge = reasonAgainstBridges();
if (noBridge !== undefined) console.info(`skipped: a machine on a bridge: ${noBridge}`);

describe.skipIf(reasonToSkip() !== undefined || noBridge !== undefined)('a machine on a bridge', () => {
  it('is found by what the host has heard of it, and fetches files from there', { timeout: 180_000 }, async () => {
    const home = newHome();
    const bridge = `kiln${process.pid}`;
    const ip = (...args: string[]): Buffer => execFileSync('ip', args);
    ip('link', 'add', bridge, 'type', 'bridge');
    onTestFinished(() => void ip('link', 'delete', bridge));
    ip('address', 'add', '10.0.2.2/24', 'dev', bridge);
    ip('link', 'set', bridge, 'up');
    const allowed = '/etc/qemu/bridge.conf';
    if (!existsSync(allowed)) {
      mkdirSync('/etc/qemu', { recursive: true });
      writeFileSync(allowed, 'allow all\n');
      onTestFinished(() => rmSync(allowed));
    }
    const options = tinyOptions(home, { net_bridge: bridge, http_content: { '/seed.txt': 'sown' } });
    let seen: readonly string[] = [];
    let host: string | undefined;
    const { error } = await bake(options, {
      home,
      provision: async (guest, data, signal) => {
        host = data.Host;
        seen = await lines(guest, `wget -qO- http://${data.PackerHTTPAddr ?? ''}/seed.txt`, signal);
      },
    });
    expect(error).toBeUndefined();
    expect(host).toBe('10.0.2.15');
    expect(seen).toEqual(['sown']);
  });
});
