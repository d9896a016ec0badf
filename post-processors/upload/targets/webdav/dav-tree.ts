import { posix } from 'node:path';
import { bodyOf, encodePath, exchange, takeBody, type HttpServer } from '../../../_transfer/exchange.ts';
import { putFile } from '../_http/put-file.ts';
import type { Tree } from '../_tree/tree.ts';
import { ASKED, entriesOf, type DavEntry } from './dav-answer.ts';

const MISSING = 404;
/** What MKCOL is answered with where something is already. */
const EXISTS = 405;
const NO_PARENT = 409;

/** Servers want directories with a slash at the end; the root has one. */
function collection(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

/** The files of a server of WebDAV. */
export function davTree(server: HttpServer): Tree {
  const { origin } = server;

  async function entries(path: string, depth: '0' | '1'): Promise<readonly DavEntry[] | undefined> {
    const doing = `look at ${origin}${path}`;
    const headers = { depth, 'content-type': 'application/xml; charset=utf-8' };
    const answer = await exchange(server, 'PROPFIND', path, { doing, headers, body: () => ASKED }, [MISSING]);
    const text = (await bodyOf(answer, server, doing)).toString('utf8');
    return answer.statusCode === MISSING ? undefined : entriesOf(text);
  }

  async function makeDirectory(path: string): Promise<void> {
    const doing = `make the directory ${origin}${path}`;
    const made = await exchange(server, 'MKCOL', collection(path), { doing }, [EXISTS, NO_PARENT]);
    made.resume();
    if (made.statusCode !== NO_PARENT || path === '/') return;
    await makeDirectory(posix.dirname(path));
    (await exchange(server, 'MKCOL', collection(path), { doing }, [EXISTS])).resume();
  }

  return {
    write: { whole: (path, file, onBytes, signal) => putFile(server, path, file, onBytes, signal) },
    look: async (path) => (await entries(path, '0'))?.[0],
    list: async (directory) => {
      const found = (await entries(collection(directory), '1')) ?? [];
      return found.map(({ name }) => name).filter((name) => name !== posix.basename(directory));
    },
    makeDirectory,
    put: async (path, bytes) => {
      const answer = await exchange(server, 'PUT', path, { doing: `write ${origin}${path}`, body: () => bytes });
      answer.resume();
    },
    read: async (path, take) => {
      const doing = `read ${origin}${path}`;
      await takeBody(await exchange(server, 'GET', path, { doing }), take, server, doing);
    },
    move: async (from, to) => {
      const headers = { destination: `${origin}${encodePath(to)}`, overwrite: 'T' };
      const answer = await exchange(server, 'MOVE', from, { doing: `rename ${origin}${from}`, headers });
      answer.resume();
    },
    settle: () => Promise.resolve(),
    remove: async (path) => {
      (await exchange(server, 'DELETE', path, { doing: `remove ${origin}${path}` }, [MISSING])).resume();
    },
    room: async (directory) => (await entries(collection(directory), '0'))?.[0]?.room,
    digest: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}
