import type { Provisioner } from '../../../core/contract/component.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import { isList } from '../../../core/json/guards.ts';
import { openRunCall } from '../calls/run-call.ts';
import { provisionContext } from './run-context.ts';
import { commonParts, kindsOf, type Described } from './shared.ts';

function pathsIn(config: JsonObject, options: readonly string[]): readonly string[] {
  return options.flatMap((option) => {
    const value = config[option];
    const all = isList(value) ? value : [value];
    return all.filter((each) => typeof each === 'string');
  });
}

/** A provisioner whose work a plugin's process does. */
export function processProvisioner(described: Described): Provisioner<object> {
  const { plugin, type, manifest } = described;
  const kinds = kindsOf(described);
  const { inputOptions, needsNoGuest } = manifest;
  return {
    ...commonParts(described, 'provisioner', kinds),
    kind: 'provisioner',
    needsNoGuest,
    inputFiles: (config) => pathsIn(config as JsonObject, inputOptions),
    provision: async (given, run) => {
      const config = given as JsonObject;
      const { signal, ask, communicator } = run;
      const call = openRunCall({
        ui: run,
        signal,
        acquire: (kind, acquisition) => run.acquire(kind, acquisition),
        temporaryDirectory: () => run.temporaryDirectory(),
        ask,
        force: false,
        config,
        kinds,
        inputs: pathsIn(config, inputOptions),
        communicator,
      });
      const params = { run: call.handle, type, config, context: provisionContext(run) };
      await plugin.ask('provision', params, { signal, call, what: `end the provisioner "${type}"` });
    },
  };
}
