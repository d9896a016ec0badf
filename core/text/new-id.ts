import { readFileSync } from 'node:fs';

/** A random UUID. Linux itself makes it where there is one: loading node:crypto takes longer than a small run. */
export function newId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/uuid', 'latin1').trim();
  } catch {
    return crypto.randomUUID();
  }
}
