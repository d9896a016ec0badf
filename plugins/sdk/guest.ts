/** The way into a guest, and what is said to its shells. */
export { guestLost, isGuestBooting, isGuestUnreachable, type GuestDetails } from '../../core/errors/guest-failure.ts';
export { shellWord } from '../../core/scripts/quote.ts';
export { openChroot } from '../../core/communicators/chroot/index.ts';
export type { ChrootOptions } from '../../core/communicators/chroot/chroot.ts';
export { noneCommunicator } from '../../core/communicators/none.ts';
export {
  checkCommunicator,
  communicatorNeeds,
  communicatorPrograms,
  connectGuest,
  guestEndpoint,
} from '../../core/communicators/connect-guest.ts';
export { connectionData } from '../../core/communicators/connection-data.ts';
export type * from '../../core/contract/communicator-type.ts';
export { defineCommunicator, type CommunicatorParts } from '../../core/define/communicator.ts';
export { pathFinder, type FoundPath, type PathFinder } from '../../core/communicators/winrm/files/find-paths.ts';
export { powershell, type Powershell } from '../../core/communicators/winrm/powershell.ts';
export type { CommunicatorOptions } from '../../core/communicators/options.gen.ts';
export { isPlainName } from '../../core/communicators/guest-names.ts';
export { openFileServer } from '../../core/communicators/ssh/index.ts';
export type { FileFacts, FileServer, FileServerOptions } from '../../core/communicators/ssh/file-server.ts';
