import type { BuildData } from '../contract/build-run.ts';
import type { Communicator } from '../contract/communicator.ts';

/** What the template function `build` says of the way into the guest. */
export function connectionData({ kind, address }: Pick<Communicator, 'kind' | 'address'>): BuildData {
  if (address === undefined) return { ConnType: kind };
  const { host, port, user, password } = address;
  return {
    ConnType: kind,
    Host: host,
    Port: port,
    User: user,
    ...(password === undefined ? {} : { Password: password }),
  };
}
