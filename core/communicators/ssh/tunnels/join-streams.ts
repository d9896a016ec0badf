import type { Duplex } from 'node:stream';

/** Leads each stream into the other; when one is gone, so is the other. */
export function joinStreams(left: Duplex, right: Duplex): void {
  left.on('error', () => right.destroy()).on('close', () => right.destroy());
  right.on('error', () => left.destroy()).on('close', () => left.destroy());
  left.pipe(right).pipe(left);
}
