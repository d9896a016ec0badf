import { startTestGce, type TestGce, type WorldOptions } from '../../support/gce/index.ts';
import { freePort } from '../../support/ssh/sshd.ts';
import { kilnPlace, type KilnPlace } from '../kiln-place.ts';

/** A test Compute Engine, and a directory in which Kiln bakes on it as a process. */
export interface Shop extends AsyncDisposable, Omit<KilnPlace, 'write' | 'remove'> {
  readonly gce: TestGce;
  /** Options that get in, with the credentials of the machine. */
  readonly access: object;
  /** "kind name" of what is left on the server, sorted. */
  left(): readonly string[];
  /** How often a call was made. */
  calls(name: string): number;
  /** The path of the instance. */
  instance(): string;
  /** Writes a template with one builder, which has no guest unless it says how to get in; its path. */
  template(builder: object, more?: object): string;
}

/** Each state lasts until the next call, so that a build hardly ever has to pause. */
export const QUICK: NonNullable<WorldOptions['durations']> = {
  insertInstance: 1000,
  boot: 1000,
  stop: 1000,
  deleteInstance: 1000,
  disk: 1000,
  image: 1000,
  change: 1000,
};

export function usualBuilder(gce: TestGce): object {
  return {
    type: 'googlecompute',
    project_id: 'bakery',
    custom_endpoints: gce.customEndpoints,
    zone: 'us-central1-a',
    source_image_family: 'debian-12',
    source_image_project_id: ['debian-cloud'],
    image_name: 'web',
  };
}

export async function shop(options: WorldOptions = {}): Promise<Shop> {
  const gce = await startTestGce({ ...options, durations: { ...QUICK, ...options.durations } });
  const { write, remove, ...place } = kilnPlace('googlecompute', gce.environment);
  return {
    gce,
    ...place,
    access: { project_id: 'bakery', custom_endpoints: gce.customEndpoints },
    left: () =>
      gce
        .leftovers()
        .map(({ kind, id }) => `${kind} ${id.split('/').at(-1) ?? ''}`)
        .sort(),
    calls: (name) => gce.calls.filter(({ call }) => call === name).length,
    instance: () => gce.leftovers().find(({ kind }) => kind === 'instance')?.id ?? '',
    template: (builder, more = {}) => {
      const login = 'ssh_username' in builder ? {} : { communicator: 'none' };
      return write({ builders: [{ ...usualBuilder(gce), ...login, ...builder }], ...more });
    },
    [Symbol.asyncDispose]: async () => {
      await gce.settled();
      await gce.stop();
      remove();
    },
  };
}

/** A shop whose instances are real guests, and the options that get into them. */
export async function guestShop(
  options: WorldOptions = {},
): Promise<Shop & { readonly login: { readonly ssh_username: string; readonly ssh_port: number } }> {
  const port = await freePort();
  const place = await shop({ guest: { kind: 'sshd', port }, ...options });
  return { ...place, login: { ssh_username: 'root', ssh_port: port } };
}
