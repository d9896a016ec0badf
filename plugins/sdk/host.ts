/** What a component does on this machine: programs, temporary things, outputs, locks. */
export { unlessDiskFull } from '../../core/errors/disk-full.ts';
export { findProgram, searchPath } from '../../core/process/find-program.ts';
export { isAlive, type ProcessId } from '../../core/process/identity.ts';
export { adoptProcess, startProcess, type OwnedProcess, type OwnedProcessOptions } from '../../core/process/owned.ts';
export { tailOf } from '../../core/process/tail.ts';
export { runProgram, type ProgramOptions, type ProgramResult } from '../../core/process/program.ts';
export { pathKind, socketKind } from '../../core/run/scope/kinds.ts';
export { cachePlace } from '../../core/directories/cache-directory.ts';
export { temporaryDirectory } from '../../core/run/scope/temporary-directory.ts';
export { holdLock, type HeldLock } from '../../core/locks/queue-lock.ts';
export {
  adoptOutput,
  stageOutput,
  stageSharedFile,
  type OutputOptions,
  type StagedOutput,
} from '../../core/run/output/staged-output.ts';
