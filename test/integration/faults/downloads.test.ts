import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Checksum } from '../../../builders/_shared/download/checksum.ts';
import { download } from '../../../builders/_shared/download/download.ts';
import { obtain } from '../../../builders/_shared/download/obtain.ts';
import { serve, serveFile } from '../../support/kiln/file-server.ts';
import { newHome } from '../qemu/bake.ts';
import { smallBuild } from '../qemu/small-build-run.ts';

const content = randomBytes(4_000_000);
const digest = createHash('sha256').update(content).digest('hex');
const right: Checksum = { kind: 'digest', algorithm: 'sha256', digest };

/** A server that says what `answer` says to each connection, byte for byte, and its address. */
async function serveBytes(answer: (socket: Socket) => void, port = 0): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/disk.raw`;
}

interface Got {
  readonly bytes: Buffer;
  readonly lines: string;
  readonly home: string;
}

async function get(url: string, checksum: Checksum = right, home = newHome()): Promise<Got> {
  const small = await smallBuild({ home });
  const limits = { idleMilliseconds: 2000, retryMilliseconds: 10 };
  try {
    const path = await download({ url, checksum, checksumPointer: '/iso_checksum' }, small.build, limits);
    return { bytes: readFileSync(path), lines: small.lines.join('\n'), home };
  } finally {
    await small.end();
  }
}

describe('a file comes whole from a server that', () => {
  it.each([
    ['closes after each answer, of HTTP/1.0', 'HTTP/1.0 200 OK\r\n', true],
    ['closes after each answer and does not tell the length', 'HTTP/1.0 200 OK\r\n', false],
    ['says Connection: close', 'HTTP/1.1 200 OK\r\nConnection: close\r\n', true],
    ['says Connection: close and does not tell the length', 'HTTP/1.1 200 OK\r\nConnection: close\r\n', false],
  ])('%s', async (_what, head, tells) => {
    const length = tells ? `Content-Length: ${content.length}\r\n` : '';
    const url = await serveBytes((socket) => {
      socket.write(`${head}${length}\r\n`);
      socket.end(content);
    });
    const all = await Promise.all(Array.from({ length: 8 }, () => get(url)));
    expect(all.every(({ bytes }) => bytes.equals(content))).toBe(true);
  });

  it('is at a port that browsers do not ask', async () => {
    const url = await serveBytes((socket) => {
      socket.end(Buffer.concat([Buffer.from('HTTP/1.0 200 OK\r\n\r\n'), content]));
    }, 10080);
    expect((await get(url)).bytes.equals(content)).toBe(true);
  });

  it('compresses what it sends though it was asked not to', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(content));
    });
    expect((await get(url)).bytes.equals(content)).toBe(true);
  });

  it('does not answer whether it has changed', async () => {
    const { url } = await serve((request, response) => {
      if (request.headers['if-none-match'] !== undefined) return;
      response.writeHead(200, { etag: '"one"' }).end(content);
    });
    const { home } = await get(url, { kind: 'none' });
    expect((await get(url, { kind: 'none' }, home)).bytes.equals(content)).toBe(true);
  });

  it('redirects to another host, to which the password does not go', async () => {
    const target = await serve(serveFile({ content }));
    const first = await serve((_request, response) => {
      response.writeHead(302, { location: `${target.url}&signature=5ec` }).end();
    });
    const { bytes, lines } = await get(first.url.replace('http://', 'http://me:pass@'));
    expect(bytes.equals(content)).toBe(true);
    expect(first.requests[0]?.headers.authorization).toBeDefined();
    expect(target.requests[0]?.headers.authorization).toBeUndefined();
    expect(lines).not.toMatch(/5ec|pass/);
  });
});

describe('a download fails with a word', () => {
  it.each([
    ['redirects for ever', '/disk.qcow2', 'redirected more than'],
    ['redirects to a file', 'file:///etc/passwd', 'neither http nor https'],
  ])('when the server %s', async (_what, location, words) => {
    const { url } = await serve((_request, response) => void response.writeHead(301, { location }).end());
    await expect(get(url)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining(words) as string,
    });
  });

  it('when the server speaks something else', async () => {
    const url = await serveBytes((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
    await expect(get(url)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  });

  const compressed = gzipSync(content);
  it.each([
    ['is cut', 'gzip', compressed.length, compressed.subarray(0, 1000)],
    ['is something else', 'gzip', undefined, content],
    ['is deflated without a header', 'deflate', undefined, deflateRawSync(content)],
  ])('when what is said to be compressed %s', async (_what, encoding, length, body) => {
    const url = await serveBytes((socket) => {
      const said = length === undefined ? '' : `Content-Length: ${length}\r\n`;
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\n${said}Connection: close\r\n\r\n`);
      socket.end(body);
    });
    await expect(get(url)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  });

  it.each([
    '206 Partial Content\r\nContent-Range: bytes 5-9/4000000\r\nContent-Length: 5\r\n\r\n12345',
    '204 No Content\r\n\r\n',
    '202 Accepted\r\nContent-Length: 5\r\n\r\nlater',
  ])('when the server has not sent the whole file: %j', async (answer) => {
    const url = await serveBytes((socket) => socket.end(`HTTP/1.1 ${answer}`));
    await expect(get(url, { kind: 'none' })).rejects.toMatchObject({ code: 'DOWNLOAD_REFUSED' });
  });

  it('when the server switches to another protocol', async () => {
    const head = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n';
    const url = await serveBytes((socket) => socket.write(head));
    await expect(get(url)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  });

  it('that shows no secret of its address, and leaves none in the cache', async () => {
    const cut: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-length': 10, etag: '"one"' });
      response.write('12345', () => response.destroy());
    };
    const { url } = await serve(cut);
    const address = `${url.replace('http://', 'http://me:passw0rd@')}&X-Amz-Signature=5ec12e7`;
    const home = newHome();
    const small = await smallBuild({ home });
    const limits = { idleMilliseconds: 2000, retryMilliseconds: 1 };
    const wanted = { url: address, checksum: { kind: 'none' }, checksumPointer: '/iso_checksum' } as const;
    const error = await download(wanted, small.build, limits).catch((thrown: unknown) => thrown);
    const all = readdirSync(join(home, 'cache'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.name} ${readFileSync(join(entry.parentPath, entry.name), 'latin1')}`);
    await small.end();
    expect(all.length).toBeGreaterThan(0);
    expect(`${String(error)} ${small.lines.join(' ')} ${all.join(' ')}`).not.toMatch(/passw0rd|5ec12e7/);
  });
});

describe('a proxy of the environment', () => {
  async function proxy(): Promise<{ readonly url: string; readonly asked: string[] }> {
    const asked: string[] = [];
    const server = createHttp((request, response) => {
      asked.push(`${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`);
      response.end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    return { url: `me:pw@127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`, asked };
  }

  it('is asked for files', async () => {
    const { url, asked } = await proxy();
    vi.stubEnv('HTTP_PROXY', `http://${url}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await get('http://mirror.invalid/disk.raw')).bytes.equals(content)).toBe(true);
    expect(asked).toEqual([`http://mirror.invalid/disk.raw Basic ${Buffer.from('me:pw').toString('base64')}`]);
  });

  it('is not asked for what no_proxy names', async () => {
    const { url, asked } = await proxy();
    vi.stubEnv('HTTP_PROXY', `http://${url}`);
    vi.stubEnv('NO_PROXY', 'other.example,.invalid');
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(get('http://mirror.invalid/disk.raw')).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(asked).toEqual([]);
  });
});

describe('a list of checksums', () => {
  async function obtained(list: string): Promise<unknown> {
    const home = newHome();
    const place = join(home, 'disk.raw');
    writeFileSync(place, content);
    const small = await smallBuild({ home });
    try {
      return await obtain({ place, checksum: `file:${list}`, checksumPointer: '/iso_checksum' }, small.build);
    } finally {
      await small.end();
    }
  }

  it('comes from a server that closes, and over a connection that broke the first time', async () => {
    let tries = 0;
    const url = await serveBytes((socket) => {
      tries += 1;
      const text = `${digest}  disk.raw\n`;
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n`);
      socket.end(tries === 1 ? text.slice(0, 10) : text);
    });
    await expect(obtained(url)).resolves.toMatchObject({ origin: 'local' });
  });

  it.each([
    ['never ends', (socket: Socket) => socket.write('HTTP/1.0 200 OK\r\n\r\n')],
    [
      'is long by its own word',
      (socket: Socket) => socket.write('HTTP/1.0 200 OK\r\nContent-Length: 1500000000\r\n\r\n'),
    ],
  ])('is refused when it %s', async (_what, begin) => {
    const url = await serveBytes((socket) => {
      begin(socket);
      const more = (): void => {
        while (!socket.destroyed && socket.write(Buffer.alloc(1 << 16, 'a')));
      };
      socket.on('drain', more);
      more();
    });
    await expect(obtained(url)).rejects.toMatchObject({
      code: 'CHECKSUM_NO_LIST',
      hint: expect.stringContaining('swapped') as string,
    });
  });

  it('is refused when it is a FIFO, and so is the file', async () => {
    const fifo = join(newHome(), 'fifo');
    execFileSync('mkfifo', [fifo]);
    await expect(obtained(fifo)).rejects.toMatchObject({ code: 'CHECKSUM_NO_LIST' });
    const small = await smallBuild({ home: newHome() });
    const wish = { place: fifo, checksum: digest, checksumPointer: '/iso_checksum' };
    await expect(obtain(wish, small.build)).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
    await small.end();
  });

  it('is refused when it is an image on this machine', async () => {
    const image = join(newHome(), 'big.iso');
    writeFileSync(image, Buffer.alloc(5_000_000));
    await expect(obtained(image)).rejects.toMatchObject({ code: 'CHECKSUM_NO_LIST' });
  });
});
