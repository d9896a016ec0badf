/** The way into a guest, and what is said to its shells. */
export { shellWord } from '../../core/scripts/quote.ts';
export { openChroot } from '../../core/communicators/chroot/index.ts';
export { noneCommunicator } from '../../core/communicators/none.ts';
export { connectSsh } from '../../core/communicators/ssh/index.ts';
export { communicatorNeeds, communicatorPrograms } from '../../core/communicators/programs.ts';
export { connectGuest } from '../../core/communicators/connect-guest.ts';
export { connectionData } from '../../core/communicators/connection-data.ts';
export type { KnownToBuilder } from '../../core/communicators/known-to-builder.ts';
export { findPaths, foundPaths, type FoundPath } from '../../core/communicators/winrm/files/find-paths.ts';
export { powershellCommand, powershellWord } from '../../core/communicators/winrm/powershell.ts';
export type { CommunicatorOptions } from '../../core/communicators/options.gen.ts';
export { sshOptionsFrom } from '../../core/communicators/ssh/config.ts';
export { generateKeyPair, type SshKeyPair, type SshKeyType } from '../../core/communicators/ssh/login/key-pair.ts';
export type { SshConnectOptions, SshEndpoint, SshRun } from '../../core/communicators/ssh/options.ts';
export { prepareCommunicator } from '../../core/communicators/prepare.ts';
export { isPlainName } from '../../core/communicators/guest-names.ts';
