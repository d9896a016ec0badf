import { startTestOpenStack, type TestOpenStack, type WorldOptions } from '../../support/openstack/index.ts';
import { freePort } from '../../support/ssh/sshd.ts';
import { kilnPlace, type KilnPlace } from '../kiln-place.ts';

/** A test OpenStack, and a directory in which Kiln bakes on it as a process. */
export interface Shop extends AsyncDisposable, Omit<KilnPlace, 'write' | 'remove'> {
  readonly cloud: TestOpenStack;
  /** The id of the image "base". */
  readonly source: string;
  /** Kinds of what is left on the server, sorted. */
  kinds(): readonly string[];
  /** How often a call was made. */
  calls(name: string): number;
  /** The inputs of a call, in order. */
  inputs(name: string): readonly unknown[];
  /** Asks Neutron of RegionOne, as the baker; the answer's body. */
  askNetwork(method: string, path: string, body: object): Promise<unknown>;
  /** Writes a template with one builder, which has no guest unless it says how to get in; its path. */
  template(builder: object, more?: object): string;
}

/** Each state lasts until the next call, so that a build hardly ever has to pause. */
export const QUICK: NonNullable<WorldOptions['durations']> = {
  schedule: 1000,
  spawn: 1000,
  stop: 1000,
  delete: 1000,
  snapshot: 1000,
  upload: 1000,
  settle: 1000,
  import: 1000,
  volume: 1000,
};

/** Makes a call to Neutron with a token of the baker's. */
async function askNetwork(cloud: TestOpenStack, method: string, path: string, body: object): Promise<unknown> {
  const { OS_USERNAME: name, OS_PASSWORD: password } = cloud.environment;
  const domain = { name: 'Default' };
  const identity = { methods: ['password'], password: { user: { name, password, domain } } };
  const login = await fetch(`${cloud.authUrl}/auth/tokens`, {
    method: 'POST',
    body: JSON.stringify({ auth: { identity, scope: { project: { name: 'bakery', domain } } } }),
  });
  const headers = { 'x-auth-token': login.headers.get('x-subject-token') ?? '' };
  const url = `${cloud.endpoint}/RegionOne/network/v2.0/${path}`;
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
  return answer.json();
}

export async function shop(options: WorldOptions = {}): Promise<Shop> {
  const cloud = await startTestOpenStack({ ...options, durations: { ...QUICK, ...options.durations } });
  const source = cloud.addImage({ name: 'base' });
  const { write, remove, ...place } = kilnPlace('openstack', cloud.environment);
  const named = (name: string): TestOpenStack['calls'] => cloud.calls.filter(({ call }) => call === name);
  return {
    cloud,
    source,
    ...place,
    kinds: () =>
      cloud
        .leftovers()
        .map(({ kind }) => kind)
        .sort(),
    calls: (name) => named(name).length,
    askNetwork: (method, path, body) => askNetwork(cloud, method, path, body),
    inputs: (name) => named(name).map(({ input }) => input),
    template: (builder, more = {}) => {
      const usual = { type: 'openstack', image_name: 'web', flavor: 'm1.small', source_image: source };
      const login = 'ssh_username' in builder ? {} : { communicator: 'none' };
      return write({ builders: [{ ...usual, ...login, ...builder }], ...more });
    },
    [Symbol.asyncDispose]: async () => {
      await cloud.settled();
      await cloud.stop();
      remove();
    },
  };
}

/** A shop whose servers are real guests, and the options that get into them. */
export async function guestShop(
  options: WorldOptions = {},
): Promise<Shop & { readonly login: { readonly ssh_username: string; readonly ssh_port: number } }> {
  const port = await freePort();
  const place = await shop({ guest: { kind: 'sshd', port }, ...options });
  return { ...place, login: { ssh_username: 'root', ssh_port: port } };
}
