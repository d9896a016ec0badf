/** The contract of components: what they are, how they say what is wrong, and what every one of them needs. */
export type { Artifact, Disk, RemoteFile } from '../../core/contract/artifact.ts';
export type * from '../../core/contract/communicator.ts';
export type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
export type {
  Builder,
  Component,
  ComponentSchema,
  Load,
  PostProcessed,
  PostProcessor,
  PostProcessRun,
  CheckContext,
  ExamineContext,
  PrepareContext,
  Provisioner,
  ProvisionRun,
  Requirement,
} from '../../core/contract/component.ts';
export type { BuildOrigin } from '../../core/contract/build-origin.ts';
export type {
  Acquisition,
  BuildData,
  BuildRun,
  ProgressUnit,
  RenderData,
  Ui,
  WaitState,
} from '../../core/contract/build-run.ts';
export type { DataSource, FetchRun } from '../../core/contract/data-source.ts';
export type { Lookup } from '../../core/contract/lookup.ts';
export type { SignatureCheck, TrustedSigners, TrustedKey, Verifier } from '../../core/contract/verifier.ts';
export {
  defineBuilder,
  definePostProcessor,
  defineProvisioner,
  type BuilderParts,
  type Optional,
  type Parts,
  type PostProcessorParts,
  type ProvisionerParts,
} from '../../core/define/components.ts';
export { defineDataSource, type DataSourceParts } from '../../core/define/data-source.ts';
export { defineLookup } from '../../core/define/lookup.ts';
export { checkpoints, type CheckpointFormat, type Checkpoints } from '../../core/define/checkpoints.ts';
export { sdkVersion } from '../../core/define/sdk-version.ts';
export type { JsonObject, JsonValue } from '../../core/contract/json.ts';
export type { Acquired, Keepable, ReleaseContext, ResourceKind } from '../../core/contract/resource.ts';
export { isList, isObject } from '../../core/json/guards.ts';
export { errorAt, warningAt, type Complain } from '../../core/diagnostics/complain.ts';
export { pointerToken } from '../../core/diagnostics/pointer.ts';
export { throwIfCancelled } from '../../core/errors/cancelled.ts';
export {
  aboutOption,
  CancelledError,
  type CommandErrorDetails,
  type ErrorDetails,
  CommandError,
  type GuestFailure,
  KilnError,
  StepError,
  TimeoutError,
} from '../../core/errors/errors.ts';
export { readSchema } from '../../core/schema/read-schema.ts';
