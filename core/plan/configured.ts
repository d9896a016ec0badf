import type { Builder, PostProcessor, Provisioner, Requirement } from '../contract/component.ts';
import type { JsonObject } from '../contract/json.ts';
import type { Configured } from './configure-component.ts';
import type { ConfiguredBuilder, ConfiguredPostProcessor, ConfiguredProvisioner } from './plan.ts';

/** The builder as the run has it. `config` has passed the builder's own schema. */
export function configuredBuilder(module: Builder<object>, config: JsonObject): ConfiguredBuilder {
  return {
    needs: module.needs.bind(module, config),
    load: module.load?.bind(module, config),
    run: module.run.bind(module, config),
    resume: module.resume?.bind(module, config),
    discard: module.discard?.bind(module),
  };
}

/** The provisioner as the run has it. `config` has passed the provisioner's own schema. */
export function configuredProvisioner(module: Provisioner<object>, config: JsonObject): ConfiguredProvisioner {
  return {
    config,
    inputFiles: module.inputFiles.bind(module, config),
    provision: module.provision.bind(module, config),
  };
}

/** The post-processor as the run has it. `config` has passed the post-processor's own schema. */
export function configuredPostProcessor(module: PostProcessor<object>, config: JsonObject): ConfiguredPostProcessor {
  return { postProcess: (input, run) => module.postProcess(input, config, run) };
}

/** What a component calls whose options may wait for the running build: they hold stand-ins, and what they decide on is left out. */
export function knownNeeds(
  module: Provisioner<object> | PostProcessor<object>,
  { config, deferred }: Configured,
): readonly Requirement[] {
  return module.needs(config).filter(({ decidedBy = [] }) => !decidedBy.some((option) => deferred.has(option)));
}

/** Whether a post-processor of a plan without errors is independent; who waits for options of the running build is not known to be. */
export function isIndependent(module: PostProcessor<object>, { config, deferred }: Configured): boolean {
  return deferred.size === 0 && module.independent?.(config) === true;
}
