import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../core/contract/json.ts';

export interface Row {
  /** Beside the table's least, and over it. */
  readonly options: JsonObject;
  /** By `packer validate` 1.6.6. */
  readonly accepted: boolean;
}

/** What options of a component Packer takes: the cases of its own unit tests, and neighbours of them. */
export interface Table {
  /** `builder/qemu`. */
  readonly of: string;
  readonly least: JsonObject;
  readonly rows: readonly Row[];
}

/** The files of tables, by path. */
export const tableFiles: readonly string[] = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.json'))
  .map((name) => join(import.meta.dirname, name));

export function readTables(path: string): readonly Table[] {
  return JSON.parse(readFileSync(path, 'utf8')) as readonly Table[];
}

/** Makes the files that the rows name. */
export function makeFiles(directory: string): void {
  const write = (name: string, text: string, mode = 0o600): void => {
    writeFileSync(join(directory, name), text, { mode });
  };
  mkdirSync(join(directory, 'folder'));
  for (const name of ['file', 'other', 'folder/a', 'folder/b']) write(name, 'x');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  write('key.pem', privateKey.export({ type: 'pkcs1', format: 'pem' }).toString());
  write('no-key', 'HELLO!');
  write('ansible', '#!/bin/sh\necho ansible-playbook 2.9.6\n', 0o700);
  write('local.sum', `${'0b'.repeat(32)}  ./netboot/mini.iso\n`);
}
