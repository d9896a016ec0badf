/** Where an instance is, as its cloud shows it and where it is served. */
export interface InstanceAddress {
  readonly publicAddress: string;
  readonly privateAddress: string;
  readonly publicName: string;
  readonly privateName: string;
  /** Loopback addresses that the guest listens on. */
  readonly served: readonly string[];
}

/** Blocks that are kept for documentation: nobody owns an address of them. */
const PUBLIC_BLOCKS = ['203.0.113', '198.51.100', '192.0.2'];

/** Numbers 10 to 249 again and again: more instances than that are never served at once. */
function last(count: number): number {
  return 10 + (count % 240);
}

/** How a cloud names its instances by their addresses. */
export interface HostNames {
  publicName(address: string): string;
  privateName(address: string): string;
}

/**
 * Hands out addresses of instances. The loopback ones depend on the server's port, so that servers side by side
 * never meet; they are their own names.
 */
export function makeAddresses(
  kind: 'loopback' | 'public',
  serverPort: number,
  names: HostNames,
): () => InstanceAddress {
  // Ports from 32768 on give 127.128.0.0 to 127.255.255.0; the private half lies below.
  const high = 128 + ((serverPort >> 8) & 127);
  const low = serverPort & 255;
  let count = -1;
  return () => {
    count += 1;
    const end = last(count);
    const served = [`127.${high}.${low}.${end}`, `127.${high - 128}.${low}.${end}`];
    const [front = '', back = ''] = served;
    if (kind === 'loopback') {
      return { publicAddress: front, privateAddress: back, publicName: front, privateName: back, served };
    }
    const block = PUBLIC_BLOCKS[Math.floor(count / 240) % PUBLIC_BLOCKS.length] ?? '';
    const publicAddress = `${block}.${end}`;
    const privateAddress = `172.31.${low}.${end}`;
    return {
      publicAddress,
      privateAddress,
      publicName: names.publicName(publicAddress),
      privateName: names.privateName(privateAddress),
      served,
    };
  };
}
