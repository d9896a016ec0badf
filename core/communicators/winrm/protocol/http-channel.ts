import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { throwIfCancelled } from '../../../errors/cancelled.ts';
import { CommandError, StepError } from '../../../errors/errors.ts';
import { guestLost } from '../../../errors/guest-failure.ts';
import type { WinrmConnectOptions } from '../options.ts';

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface PostOptions {
  readonly signal: AbortSignal;
  /** Milliseconds until the whole reply must be there. */
  readonly limit: number;
}

/** One connection, on which NTLM logs in once. */
export interface HttpChannel {
  /**
   * Throws `CommandError` COMMUNICATOR_LOST when no whole reply came, `StepError` WINRM_CERTIFICATE, and what
   * `throwIfCancelled` throws.
   */
  post(headers: Readonly<Record<string, string>>, body: Buffer, options: PostOptions): Promise<HttpReply>;
  /** The server's certificate (DER), over TLS and once something was posted. */
  certificate(): Buffer | undefined;
  /** False when the connection that was used last is gone. */
  alive(): boolean;
  close(): void;
}

const LONGEST_REPLY = 16 * 1024 * 1024;
const NOT_TRUSTED = /^(?:CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER))/;

type Target = Pick<WinrmConnectOptions, 'host' | 'port' | 'tls' | 'insecure' | 'noProxy'>;

export function placeOf({ host, port }: Pick<Target, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

export function urlOf(target: Target): string {
  return `http${target.tls ? 's' : ''}://${placeOf(target)}/wsman`;
}

/** Like other clients', a proxy is never asked for this machine itself. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function failureOf(error: unknown, target: Target): StepError | CommandError {
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (NOT_TRUSTED.test(code)) {
    return new StepError(`the certificate of ${placeOf(target)} is not trusted: ${reason}`, {
      code: 'WINRM_CERTIFICATE',
      pointer: '/winrm_use_ssl',
      cause: error,
      hint: 'set "winrm_insecure": true to take any certificate, as those that Windows makes for itself',
    });
  }
  return guestLost(`WinRM at ${placeOf(target)} does not answer: ${reason}`, {
    pointer: code === 'ENOTFOUND' ? '/winrm_host' : undefined,
    cause: error,
  });
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > LONGEST_REPLY) throw new Error('the reply is too long');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

export function openChannel(target: Target): HttpChannel {
  const proxyEnv = target.noProxy || isLoopback(target.host) ? {} : { proxyEnv: process.env };
  const common = { keepAlive: true, maxSockets: 1, ...proxyEnv };
  const agent = target.tls
    ? new HttpsAgent({ ...common, rejectUnauthorized: !target.insecure })
    : new HttpAgent(common);
  const send = target.tls ? httpsRequest : httpRequest;
  let socket: Socket | undefined;
  let certificate: Buffer | undefined;

  const answer = (headers: Readonly<Record<string, string>>, body: Buffer, signal: AbortSignal): Promise<HttpReply> =>
    new Promise((resolve, reject) => {
      const request = send(urlOf(target), {
        method: 'POST',
        agent,
        signal,
        headers: { 'User-Agent': 'Kiln', ...headers, 'Content-Length': body.length },
      });
      request.once('socket', (used) => (socket = used));
      request.once('error', reject);
      request.once('response', (message) => {
        if (message.socket instanceof TLSSocket) certificate = message.socket.getPeerX509Certificate()?.raw;
        readAll(message).then(
          (bytes) => resolve({ status: message.statusCode ?? 0, headers: message.headers, body: bytes }),
          reject,
        );
      });
      request.end(body);
    });

  return {
    post: async (headers, body, { signal, limit }) => {
      throwIfCancelled(signal);
      const late = AbortSignal.timeout(limit);
      try {
        return await answer(headers, body, AbortSignal.any([signal, late]));
      } catch (error) {
        socket?.destroy();
        throwIfCancelled(signal);
        throw failureOf(late.aborted ? new Error(`nothing came within ${limit / 1000} s`) : error, target);
      }
    },
    certificate: () => certificate,
    alive: () => socket !== undefined && !socket.destroyed,
    close: () => agent.destroy(),
  };
}
