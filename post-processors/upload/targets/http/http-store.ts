import { createHash } from 'node:crypto';
import { sha256Of } from '../../send/digest-source.ts';
import { damaged } from '../../../_transfer/failure.ts';
import type { StoreSetting } from '../opening.ts';
import { exchange, takeBody, type HttpServer } from '../../../_transfer/exchange.ts';
import { putFile } from '../_http/put-file.ts';
import type { Store, UploadAtOnce, UploadFile } from '../store.ts';

/** Where files may be written and not read; or there is none. */
const NOT_READ = [403, 404, 405, 501];

/** A server that takes a file by one PUT, which is all that can be known of it: that makes it visible, too. */
export function httpStore(server: HttpServer, { warn, signal }: Pick<StoreSetting, 'warn' | 'signal'>): Store {
  const urlOf = (name: string): string => `${server.origin}${name}`;

  /** Undefined when the server does not let anybody read it. */
  async function digestOf(name: string): Promise<string | undefined> {
    const doing = `read ${urlOf(name)}`;
    const answer = await exchange(server, 'GET', name, { doing }, NOT_READ);
    if ((answer.statusCode ?? 0) >= 400) {
      answer.resume();
      return undefined;
    }
    const hash = createHash('sha256');
    await takeBody(answer, (chunk) => hash.update(chunk), server, doing);
    return hash.digest('hex');
  }

  function uploadTo(file: UploadFile): UploadAtOnce {
    return {
      send: (onBytes, stop) => putFile(server, file.name, file, onBytes, stop),
      publish: async (sha256) => {
        const digest = await digestOf(file.name);
        if (digest === undefined) warn(`${urlOf(file.name)} cannot be read: whether it arrived whole is not known`);
        else if (digest !== sha256) throw damaged(urlOf(file.name), `its SHA-256 is ${digest} instead of ${sha256}`);
      },
    };
  }

  return {
    urlOf,
    check: async ([file]) => {
      const name = file?.name ?? '/';
      (await exchange(server, 'HEAD', name, { doing: `look at ${urlOf(name)}` }, NOT_READ)).resume();
    },
    begin: () => Promise.resolve({}),
    open: async (_half, file) => {
      const doing = `look at ${urlOf(file.name)}`;
      const answer = await exchange(server, 'HEAD', file.name, { doing }, NOT_READ);
      answer.resume();
      const isLike = answer.statusCode === 200 && answer.headers['content-length'] === String(file.size);
      if (!isLike) return uploadTo(file);
      const [there, here] = await Promise.all([digestOf(file.name), sha256Of(file, signal)]);
      return there === here ? 'published' : uploadTo(file);
    },
    // Of what is not whole a server says nothing.
    discard: () => Promise.resolve(),
    find: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
}
