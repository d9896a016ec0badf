import type { Communicator } from '../../contract/communicator.ts';
import type { ChrootOptions } from './chroot.ts';

/** The way into a tree of files on this machine. Commands run by /bin/sh in it, with this machine's kernel. */
export async function openChroot(options: ChrootOptions): Promise<Communicator> {
  return (await import('./chroot.ts')).chrootCommunicator(options);
}
