import type { DialFiles } from '../../cloud/dial-files.ts';

/** Where the addresses that Neutron hands out are served. */
export interface Loopback {
  /** The loopback address that an address stands for; itself when it is one. */
  address(shown: string): string;
  /** Tells guarded processes of it. */
  map(shown: string): void;
}

/** "127.0" and "127.128", by the server's port, so that servers side by side never meet. */
export function blocksOf(port: number): { readonly fixed: string; readonly floating: string; readonly hidden: string } {
  // Ports from 32768 on give 127.128.0.0 to 127.255.255.0; the private half lies below.
  const high = 128 + ((port >> 8) & 127);
  const low = port & 255;
  return { fixed: `127.${high - 128}.${low}`, floating: `127.${high}.${low}`, hidden: `127.${high}.${low}` };
}

/** Addresses of added networks are mapped one by one to this server's own block, from its end. */
export function makeLoopback(port: number, dials: DialFiles): Loopback {
  const { hidden } = blocksOf(port);
  const known = new Map<string, string>();
  const address = (shown: string): string => {
    if (shown.startsWith('127.')) return shown;
    const served = known.get(shown) ?? `${hidden}.${249 - (known.size % 120)}`;
    known.set(shown, served);
    return served;
  };
  return {
    address,
    map: (shown) => {
      const served = address(shown);
      if (served === shown) return;
      dials.add({
        publicAddress: shown,
        privateAddress: shown,
        publicName: shown,
        privateName: shown,
        served: [served, served],
      });
    },
  };
}
