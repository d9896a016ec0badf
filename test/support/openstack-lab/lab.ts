import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../../core/dev/components.ts';
import { lacks } from '../kiln/needs.ts';

const run = promisify(execFile);

/** Milliseconds from nothing, beside other tests: packages, an image, databases. */
export const MOST_TO_START: number = 1_500_000;

/** An OpenStack that is up. */
export interface OpenstackLab extends AsyncDisposable {
  /** Where its state is: logs, and `clouds.yaml` with the clouds "lab" and "lab-admin". */
  readonly state: string;
  readonly cloudsFile: string;
}

export interface LabOptions {
  /** Guests that Nova makes up. */
  readonly fake?: boolean;
}

/** The lab's folder; undefined when this machine has none, or cannot run it, and then the reason is printed. */
export function findLab(): string | undefined {
  const folder = resolve(root, process.env['KILN_OPENSTACK_LAB'] ?? '../shared/openstack');
  if (!existsSync(join(folder, 'up'))) {
    console.warn(`skipped: no OpenStack, since there is no ${join(folder, 'up')}; KILN_OPENSTACK_LAB names its folder`);
    return undefined;
  }
  return lacks(['apt-get', 'flock'], true) ? undefined : folder;
}

/** Apart from the lab with real guests: other ports, another network. */
const FAKE: NodeJS.ProcessEnv = {
  OSLAB_STATE: '/var/tmp/openstack-lab-fake',
  OSLAB_PORT_OFFSET: '1000',
  OSLAB_NET: '203.0.113',
  OSLAB_IF: 'osfake',
};

function stateOf(environment: NodeJS.ProcessEnv): string {
  const home = environment['XDG_STATE_HOME'] ?? '/var/tmp';
  return environment['OSLAB_STATE'] ?? join(home, 'openstack-lab');
}

/** Brings the lab of a folder up, unless it is; that takes up to ten minutes. Throws with the end of what `up` says. */
export async function openLab(folder: string, { fake = false }: LabOptions = {}): Promise<OpenstackLab> {
  const env = { ...process.env, ...(fake ? FAKE : {}) };
  const state = stateOf(env);
  const wasUp = existsSync(join(state, 'clouds.yaml'));
  const log = join(state, 'kiln-up.log');
  mkdirSync(state, { recursive: true });
  // One at a time: `up` refuses to wait for another.
  const up = `exec flock -o ${state}.lock "$0" "$@" >"${log}" 2>&1`;
  try {
    await run('sh', ['-c', up, join(folder, 'up'), ...(fake ? ['--fake'] : [])], { env, timeout: MOST_TO_START });
  } catch (cause) {
    const said = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-20).join('\n') : '';
    throw new Error(`the OpenStack lab is not up:\n${said}`, { cause });
  }
  return {
    state,
    cloudsFile: join(state, 'clouds.yaml'),
    [Symbol.asyncDispose]: async () => {
      if (!wasUp) await run(join(folder, 'down'), [], { env });
    },
  };
}
