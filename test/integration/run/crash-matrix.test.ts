import { afterAll } from 'vitest';
import { awakeGuest, type AwakeGuest } from './awake-guest.ts';
import { describeCrashes, everywhere, MOMENTS, type Extent } from './crash-matrix.ts';
import { fileSubject, nullSubject, qemuSubject, rootfsSubject, type CrashSubject } from './crash-subjects.ts';

let guest: AwakeGuest | undefined;
afterAll(() => guest?.[Symbol.dispose]());
async function wakeQemu(): Promise<CrashSubject> {
  guest ??= await awakeGuest();
  return qemuSubject(guest);
}

const extents: readonly Extent[] = [
  { name: 'null', subject: () => Promise.resolve(nullSubject), faults: everywhere, sampled: 5, moments: MOMENTS },
  { name: 'file', subject: () => Promise.resolve(fileSubject), faults: everywhere, sampled: 5, moments: MOMENTS },
  { name: 'qemu', subject: wakeQemu, faults: ['kill-before', 'torn'], sampled: 0, moments: MOMENTS },
  { name: 'rootfs', subject: () => Promise.resolve(rootfsSubject), faults: ['kill-before'], sampled: 0, moments: 0 },
];
extents.forEach(describeCrashes);
