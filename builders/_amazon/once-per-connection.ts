import type { Connection } from './connect.ts';

/** What a connection has one of, made when it is first asked for. */
export function oncePerConnection<Made>(
  make: (connection: Connection) => Promise<Made>,
): (connection: Connection) => Promise<Made> {
  const made = new WeakMap<Connection, Promise<Made>>();
  return (connection) => {
    const found = made.get(connection) ?? make(connection);
    made.set(connection, found);
    return found;
  };
}
