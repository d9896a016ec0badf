import type { Builder, PostProcessor, Provisioner } from '../contract/component.ts';

/** Parts that stand for "nothing" when they are left out. */
export type Optional = 'prepare' | 'programs' | 'needs' | 'resources' | 'inputFiles';

/** All of a component but `kind`; what is `Optional` may be left out, and the function `Work` says the configuration's type. */
export type Parts<Of, Typed, Work extends keyof Typed> = Omit<Of, 'kind' | Work | Optional> &
  Partial<Pick<Of, Extract<keyof Of, Optional>>> &
  Pick<Typed, Work>;

/** What `defineBuilder` is given. */
export type BuilderParts<Config> = Parts<Builder<NoInfer<Config>>, Builder<Config>, 'run'>;

/** What `defineProvisioner` is given. */
export type ProvisionerParts<Config> = Parts<Provisioner<NoInfer<Config>>, Provisioner<Config>, 'provision'>;

/** What `definePostProcessor` is given. */
export type PostProcessorParts<Config> = Parts<PostProcessor<NoInfer<Config>>, PostProcessor<Config>, 'postProcess'>;

const nothing = (): readonly never[] => [];
const empty = { prepare: nothing, programs: [], needs: nothing, resources: [] };

/**
 * A builder. Its configuration's type is that of `run`'s first parameter, and the other functions have to go with it.
 * What is left out of `prepare`, `programs`, `needs` and `resources` has nothing: no faults beyond those that the schema
 * finds, no programs, no kinds of outside things of its own.
 */
export function defineBuilder<Config>(parts: BuilderParts<Config>): Builder<Config> {
  return { ...empty, ...parts, kind: 'builder' };
}

/**
 * A provisioner, as `defineBuilder`: its configuration's type is that of `provision`'s first parameter. Without
 * `inputFiles` no local file decides what it does.
 */
export function defineProvisioner<Config>(parts: ProvisionerParts<Config>): Provisioner<Config> {
  return { ...empty, inputFiles: nothing, ...parts, kind: 'provisioner' };
}

/** A post-processor, as `defineBuilder`: its configuration's type is that of `postProcess`'s second parameter. */
export function definePostProcessor<Config>(parts: PostProcessorParts<Config>): PostProcessor<Config> {
  return { ...empty, ...parts, kind: 'post-processor' };
}
