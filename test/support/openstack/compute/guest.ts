import { connect, createServer, type Server as Door, type Socket } from 'node:net';
import { makeGuest, type Guest, type GuestPlan } from '../../cloud/guest.ts';
import { freePort } from '../../ssh/sshd.ts';

/** What runs in a server, and the addresses that lead to it. */
export interface ServerGuest {
  console(): string;
  start(): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
  /** Serves a loopback address from now on; `isOpen` is asked at each connection. */
  open(address: string, isOpen: () => boolean): void;
  shut(address: string): Promise<void>;
}

function passOn(client: Socket, port: number): void {
  const inner = connect(port, '127.0.0.1');
  const end = (): void => {
    client.destroy();
    inner.destroy();
  };
  client.pipe(inner).pipe(client);
  for (const each of [client, inner]) each.on('error', end).on('close', end);
}

/** An OpenSSH server that lets in this key, behind doors at the addresses that Neutron gave. */
export function makeServerGuest(plan: GuestPlan, publicKey: string | undefined): ServerGuest {
  const outer = plan.port ?? 22;
  const doors = new Map<string, { readonly door: Door; readonly sockets: Set<Socket> }>();
  let inner = 0;
  let guest: Guest | undefined;
  let isClosed = false;

  async function start(): Promise<void> {
    if (guest === undefined) {
      inner = await freePort();
      const served = { publicAddress: '', privateAddress: '', publicName: '', privateName: '', served: ['127.0.0.1'] };
      guest = makeGuest({ ...plan, port: inner }, served, publicKey);
    }
    await guest.start();
  }

  async function shut(address: string): Promise<void> {
    const found = doors.get(address);
    doors.delete(address);
    if (found === undefined) return;
    const closed = new Promise((resolve) => found.door.close(resolve));
    for (const socket of found.sockets) socket.destroy();
    await closed;
  }

  return {
    console: () => guest?.console() ?? '[    0.000000] Linux version 6.1.0\n',
    start,
    stop: async () => guest?.stop(),
    close: async () => {
      isClosed = true;
      await Promise.all([...doors.keys()].map(shut));
      await guest?.close();
    },
    open: (address, isOpen) => {
      // A server may be deleted while its guest is on its way up.
      if (isClosed) return;
      const sockets = new Set<Socket>();
      const door = createServer((client) => {
        sockets.add(client);
        client.on('close', () => sockets.delete(client)).on('error', () => client.destroy());
        if (isOpen()) passOn(client, inner);
        else client.destroy();
      });
      doors.set(address, { door, sockets });
      door.on('error', () => doors.delete(address));
      door.listen(outer, address);
    },
    shut,
  };
}
