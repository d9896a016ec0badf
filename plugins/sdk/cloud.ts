/**
 * What builders and post-processors of any cloud need and none should write again. It knows tokens, waits, stages, guests
 * and keys, and no provider's noun; there is no common driver.
 */
export { waitFor, retryWhile, type PollResult, type Wait, type WaitLimit } from '../../core/cloud/wait.ts';
export { cloudKind, type CloudKind, type CloudKindOptions, type CloudRelease } from '../../core/cloud/kind.ts';
export { readLocator, type Locator } from '../../core/cloud/locator.ts';
export {
  adoptedOrKept,
  pendingOperations,
  type PendingOperation,
  type PendingOperations,
  type PendingRecord,
} from '../../core/cloud/pending-operations.ts';
export { connectToInstance, type InstanceAccess, type Tunnel } from '../../core/cloud/connect.ts';
export { provisionInstance, type InstanceProvisioning } from '../../core/cloud/provision.ts';
export { accessMemory, sharedConnection, type Access, type AccessMemory } from '../../core/cloud/access.ts';
export { firstIdentity, type CredentialSource, type IdentityRules } from '../../core/cloud/identity.ts';
export { OWN_TAGS, ownTags, renderTags, type TagRules, type Tags, type WrittenTag } from '../../core/cloud/tags.ts';
export { keepTogether } from '../../core/run/scope/keep-together.ts';
export { listenOnLoopback, type Listener } from '../../core/cloud/listener.ts';
