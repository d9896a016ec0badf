import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstanceAddress } from './addresses.ts';

/** How the guard of a process under test hears of addresses, and the test of what was refused. */
export interface DialFiles {
  readonly environment: Readonly<Record<string, string>>;
  add(address: InstanceAddress): void;
  map(): Readonly<Record<string, string>>;
  /** "host:port" of each connection that was refused. */
  refused(): readonly string[];
  remove(): void;
}

export function makeDialFiles(): DialFiles {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-cloud-'));
  const mapFile = join(directory, 'map.json');
  const logFile = join(directory, 'refused');
  const map: Record<string, string> = {};
  writeFileSync(mapFile, '{}');
  writeFileSync(logFile, '');
  return {
    environment: {
      NODE_OPTIONS: `--import=${new URL('dial-guard.ts', import.meta.url).href}`,
      KILN_TEST_DIAL_MAP: mapFile,
      KILN_TEST_DIAL_LOG: logFile,
    },
    add: ({ publicAddress, privateAddress, publicName, privateName, served }) => {
      const [front = '', back = ''] = served;
      // Addresses that can be dialled as they are need no entry, nor a file that grows with every instance.
      if (publicAddress === front) return;
      for (const name of [publicAddress, publicName]) map[name] = front;
      for (const name of [privateAddress, privateName]) map[name] = back;
      writeFileSync(mapFile, JSON.stringify(map));
    },
    map: () => map,
    refused: () => readFileSync(logFile, 'utf8').split('\n').filter(Boolean),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
