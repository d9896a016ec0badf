/** The public contract: all that a component may import besides its own folder. */
export type { Artifact } from '../../core/contract/artifact.ts';
export type * from '../../core/contract/communicator.ts';
export type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
export type {
  Builder,
  PostProcessed,
  PostProcessor,
  PostProcessRun,
  ExamineContext,
  PrepareContext,
  Provisioner,
  ProvisionRun,
  Requirement,
} from '../../core/contract/component.ts';
export type { Acquisition, BuildData, BuildRun, RenderData } from '../../core/contract/build-run.ts';
export type { Lookup } from '../../core/contract/lookup.ts';
export { defineLookup } from './define-lookup.ts';
export type { JsonObject, JsonValue } from '../../core/contract/json.ts';
export type { Acquired, ReleaseContext, ResourceKind } from '../../core/contract/resource.ts';
export { isList, isObject } from '../../core/json/guards.ts';
export { errorAt, warningAt } from '../../core/diagnostics/complain.ts';
export { pointerToken } from '../../core/diagnostics/pointer.ts';
export { throwIfCancelled } from '../../core/errors/cancelled.ts';
export {
  aboutOption,
  CancelledError,
  CommandError,
  KilnError,
  StepError,
  TimeoutError,
} from '../../core/errors/errors.ts';
export {
  checkEnvironment,
  checkShellNames,
  environmentPairs,
  formatEnvironment,
} from '../../core/scripts/environment.ts';
export { checkQuotedVariables } from '../../core/scripts/quoted-variables.ts';
export { shellWord } from '../../core/scripts/quote.ts';
export { exitMessage } from '../../core/scripts/exit-message.ts';
export {
  checkScripts,
  inlineScript,
  namedScripts,
  scriptFiles,
  type NamedScript,
} from '../../core/scripts/script-choice.ts';
export { prepareShellLocal } from '../../core/shell-local/prepare.ts';
export { runShellLocal } from '../../core/shell-local/run.ts';
export { openChroot } from '../../core/communicators/chroot/index.ts';
export { noneCommunicator } from '../../core/communicators/none.ts';
export { connectSsh } from '../../core/communicators/ssh/index.ts';
export { communicatorNeeds, communicatorPrograms } from '../../core/communicators/programs.ts';
export { connectGuest } from '../../core/communicators/connect-guest.ts';
export { connectionData } from '../../core/communicators/connection-data.ts';
export type { KnownToBuilder } from '../../core/communicators/known-to-builder.ts';
export { findPaths, foundPaths, type FoundPath } from '../../core/communicators/winrm/files/find-paths.ts';
export { powershellCommand, powershellWord } from '../../core/communicators/winrm/powershell.ts';
export { sshOptionsFrom, type CommunicatorOptions } from '../../core/communicators/ssh/config.ts';
export { expandHome } from '../../core/communicators/ssh/login/key-file.ts';
export { generateKeyPair, type SshKeyPair, type SshKeyType } from '../../core/communicators/ssh/login/key-pair.ts';
export type { SshConnectOptions, SshEndpoint, SshRun } from '../../core/communicators/ssh/options.ts';
export { prepareCommunicator } from '../../core/communicators/prepare.ts';
export { secretsIn, shownAddress } from '../../core/http/address.ts';
export { ask } from '../../core/http/ask.ts';
export {
  askService,
  parseAnswer,
  type ServiceAnswer,
  type ServiceRequest,
  type Trust,
} from '../../core/http/ask-service.ts';
export { openUrl, type Answer } from '../../core/http/open-url.ts';
export { readAtMost, TooMuch } from '../../core/http/read-at-most.ts';
export { reasonOf } from '../../core/http/send-request.ts';
export { setting, switched } from '../../core/http/service-settings.ts';
export { findProgram, searchPath } from '../../core/process/find-program.ts';
export { isAlive } from '../../core/process/identity.ts';
export { adoptOwned, startOwned, type OwnedProcess, type OwnedProcessOptions } from '../../core/process/owned.ts';
export { tailOf } from '../../core/process/tail.ts';
export { runProgram, type ProgramOptions, type ProgramResult } from '../../core/process/program.ts';
export { NoFile, openInput, readInput } from '../../core/files/open-input.ts';
export { copyTree } from '../../core/trees/copy-tree.ts';
export { walkTree, type TreeEntry, type WalkOptions } from '../../core/trees/walk-tree.ts';
export { isPlainName } from '../../core/communicators/guest-names.ts';
export { pathKind, socketKind } from '../../core/run/scope/kinds.ts';
export { cachePlace } from '../../core/directories/cache-directory.ts';
export { makeDirectory } from '../../core/files/make-directory.ts';
export { keepTogether } from '../../core/run/scope/keep-together.ts';
export { mountedAt, mountTable, sourceAt } from '../../core/files/mount-table.ts';
export { writeLike } from '../../core/files/write-like.ts';
export { acquireTemporaryDirectory, writeTemporaryFile } from '../../core/run/scope/temporary-directory.ts';
export { holdLock, type HeldLock } from '../../core/locks/lock.ts';
export {
  adoptOutput,
  stageOutput,
  stageSharedFile,
  type OutputOptions,
  type StagedOutput,
} from '../../core/run/output/staged-output.ts';
export { readSchema } from '../../core/schema/read-schema.ts';
