/** Key pairs that let a build into its guest, and passwords that a guest wrote for one. */
export { makeKeyPair, type SshKeyPair, type SshKeyType } from '../../core/communicators/ssh/login/key-pair.ts';
export { makeBuildKey, type BuildKey, type BuildKeyOptions } from '../../core/communicators/build-key.ts';
export { decryptPassword, publicKeyOf } from '../../core/communicators/guest-keys.ts';
