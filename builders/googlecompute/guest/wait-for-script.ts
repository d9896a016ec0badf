import { waitFor, type PollResult } from '../../../plugins/sdk/cloud.ts';
import { KilnError, StepError, TimeoutError } from '../../../plugins/sdk/index.ts';
import { longestPause } from '../../_googlecompute/api/wait.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import { NAMESPACE, STATUS, statusOf, statusOnConsole } from '../startup/wrapper.ts';
import { whyGone } from '../steps/instance-life.ts';
import { serialTail } from './serial-port.ts';

/** Lines of the console that an error shows. */
const LINES = 30;
const CODE = 'GOOGLE_STARTUP_SCRIPT';

/** Where the template has its script. */
function optionOf({ startup_script_file: file }: GooglecomputeBuilderConfig): string {
  return file === undefined ? '/metadata' : '/startup_script_file';
}

/** How the script ended, by what the guest says; undefined while it has not. */
async function statusFrom(
  id: string,
  config: GooglecomputeBuilderConfig,
  google: GoogleBuild,
): Promise<number | undefined> {
  const { project_id: project, zone } = config;
  // There is none yet, or an organisation forbids them.
  const attributes = await google.cloud
    .look((compute, call) =>
      compute.instances.getGuestAttributes({ project, zone, instance: id, queryPath: `${NAMESPACE}/${STATUS}` }, call),
    )
    .catch(() => undefined);
  const said = attributes?.queryValue?.items?.[0]?.value;
  return statusOf(said) ?? statusOnConsole(await serialTail(id, config, google));
}

async function withConsole(
  error: KilnError,
  id: string,
  config: GooglecomputeBuilderConfig,
  google: GoogleBuild,
): Promise<KilnError> {
  const lines = (await serialTail(id, config, google).catch(() => '')).trimEnd().split(/\r?\n/).slice(-LINES);
  const end = lines.join('').trim() === '' ? '' : `\nThe end of the instance's console:\n${lines.join('\n')}`;
  const { code, pointer, hint } = error;
  const details = { code, pointer, hint, cause: error };
  const message = `${error.message}${end}`;
  return error instanceof TimeoutError ? new TimeoutError(message, details) : new StepError(message, details);
}

/**
 * Waits until the startup script that Kiln watches has ended. Throws `StepError`
 * GOOGLE_STARTUP_SCRIPT when it failed and `TimeoutError` GOOGLE_STARTUP_SCRIPT when it does not end in time, both with the end
 * of the console; `StepError` GOOGLE_INSTANCE_GONE when the instance ends before it.
 */
export async function waitForScript(
  config: GooglecomputeBuilderConfig,
  id: string,
  google: GoogleBuild,
): Promise<void> {
  const { build } = google;
  const pointer = optionOf(config);
  const look = async (): Promise<PollResult<undefined>> => {
    const status = await statusFrom(id, config, google);
    if (status === 0) return { done: undefined };
    if (status !== undefined) {
      const message = `the startup script of the instance ${id} ended with status ${status}`;
      const hint = 'the end of the console has what it wrote; wrap_startup_script set to false has Kiln not care';
      throw new StepError(message, { code: CODE, pointer, hint });
    }
    const gone = await whyGone(id, config, google, undefined);
    if (gone !== undefined) throw gone;
    return { state: 'at work' };
  };
  try {
    await waitFor({
      what: `the startup script of the instance ${id}`,
      limit: {
        milliseconds: config.startup_script_timeout,
        pointer: '/startup_script_timeout',
        hint: 'startup_script_timeout sets how long is waited; wrap_startup_script set to false has Kiln not wait for it',
      },
      codes: { failed: CODE, timeout: CODE },
      longestPause: longestPause(),
      signal: build.signal,
      onState: (state) => build.debug(`the startup script is ${state}`),
      waiting: (what, state) => build.waiting(what, state),
      look,
    });
  } catch (error) {
    if (!(error instanceof KilnError) || error.code !== CODE) throw error;
    throw await withConsole(error, id, config, google);
  }
}
