import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ComponentSchema } from '../../../core/contract/component.ts';
import { newId } from '../../../core/text/new-id.ts';
import type { PackerPlugin } from '../plugin-binary.ts';

/** What was learnt of a program, so that it need not be started to be asked again. */
export interface KnownPlugin {
  readonly plugin: PackerPlugin;
  /** By kind and type: "builder docker". */
  readonly schemas: Readonly<Record<string, ComponentSchema>>;
}

/** Changes with what is kept. */
const FORM = 1;

/** Where it is kept: by what tells one program from another that took its place. */
function fileFor(cache: string, path: string): string {
  const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
  const identity = JSON.stringify([FORM, path, dev, ino, size, mtimeMs, ctimeMs]);
  return join(cache, 'packer-plugins', `${createHash('sha256').update(identity).digest('hex')}.json`);
}

/** Undefined when nothing is known of the program as it is now. */
export function readKnown(cache: string, path: string): KnownPlugin | undefined {
  try {
    return JSON.parse(readFileSync(fileFor(cache, path), 'utf8')) as KnownPlugin;
  } catch {
    return undefined;
  }
}

/** Keeps it for the next time; where that cannot be, the program is asked again. */
export function keepKnown(cache: string, known: KnownPlugin): void {
  try {
    const file = fileFor(cache, known.plugin.path);
    mkdirSync(join(cache, 'packer-plugins'), { recursive: true, mode: 0o700 });
    const beside = `${file}.${newId()}`;
    writeFileSync(beside, JSON.stringify(known), { mode: 0o600, flag: 'wx' });
    renameSync(beside, file);
  } catch {
    // A cache that cannot be written is slow, and no fault.
  }
}
