export {
  prepareBuilder,
  runBuilder,
  type BuilderParts,
  type PreparedBuilder,
  type RunningGuest,
} from './components/builder.ts';
export { configSpec, type SpecEncoding } from './components/component.ts';
export { connectComponent, type ComponentConnection } from './components/connection.ts';
export { configurePostProcessor, runPostProcessor, type PostProcessed } from './components/post-processor.ts';
export {
  prepareProvisioner,
  runProvisioner,
  type Configurations,
  type ProvisionParts,
} from './components/provisioner.ts';
export { HANDSHAKE_LIMIT, MAGIC_COOKIE, readHandshake, type PluginAddress } from './handshake.ts';
export { PluginError } from './plugin-error.ts';
export type { PluginArtifact, RemoteArtifact } from './services/artifact.ts';
export type { PluginCommand, PluginCommunicator, UploadedFile } from './services/communicator.ts';
export type { PluginProgress, PluginUi } from './services/ui.ts';
export type { OptionType, PluginOption, PluginSpec } from './spec/spec.ts';
