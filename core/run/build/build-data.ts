import type { PlannedBuild } from '../../plan/plan.ts';
import type { BuildData, RenderData } from '../../contract/build-run.ts';
import type { BuildState } from './build-state.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { RunContext } from '../run-context.ts';

/** What a journal tells of the data of a build. */
export function buildDataFrom(recorded: JsonObject): BuildData {
  const known = Object.entries(recorded).filter(
    (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
  );
  return Object.fromEntries(known);
}

/** How a text names what a source made: its first file, or else its id. */
function sourceData(sources: BuildState['sources']): BuildData {
  return Object.fromEntries([...sources].map(([name, { id, files }]) => [`From.${name}`, files[0] ?? id]));
}

/** What `configure` renders a component's text with: of the guest, of the sources, and Packer's names. */
export function templateData({ run, planned, data, sources }: BuildState): RenderData {
  const all = {
    ...sourceData(sources),
    ...data,
    PackerRunUUID: run.runId,
    BuildName: planned.name,
    BuilderType: planned.type,
  };
  const known = Object.entries<string | number | undefined>(all).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined,
  );
  return Object.fromEntries(known);
}

/** The variables that Packer gives to provisioners' and post-processors' commands. */
export function componentEnvironment(
  run: RunContext,
  planned: PlannedBuild,
  data: BuildData,
): Readonly<Record<string, string>> {
  const variables = {
    PACKER_BUILD_NAME: planned.name,
    PACKER_BUILDER_TYPE: planned.type,
    PACKER_RUN_UUID: run.runId,
    PACKER_HTTP_ADDR: data.PackerHTTPAddr,
    PACKER_HTTP_IP: data.PackerHTTPIP,
    PACKER_HTTP_PORT: data.PackerHTTPPort,
  };
  const set = Object.entries(variables).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  return Object.fromEntries(set);
}
