import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';

/** Stands before moto, which cannot tag the snapshots of an image that is being made, and takes those tags out. */
export interface MotoGate extends AsyncDisposable {
  readonly endpoint: string;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request as AsyncIterable<Buffer>) text += part.toString();
  return text;
}

function withoutSnapshotTags(body: string): string {
  const parameters = new URLSearchParams(body);
  if (parameters.get('Action') !== 'CreateImage') return body;
  const marks = [...parameters].filter(([name, value]) => name.endsWith('.ResourceType') && value === 'snapshot');
  const prefixes = marks.map(([name]) => name.slice(0, -'ResourceType'.length));
  const others = [...parameters].filter(([name]) => !prefixes.some((prefix) => name.startsWith(prefix)));
  return new URLSearchParams(others).toString();
}

/** Stops with its scope. */
export async function gateBefore(moto: { readonly endpoint: string }): Promise<MotoGate> {
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const { authorization = '', 'content-type': type = '' } = request.headers;
      const body = withoutSnapshotTags(await textOf(request));
      const headers = { authorization, 'content-type': type };
      const reply = await fetch(`${moto.endpoint}${request.url ?? '/'}`, { method: 'POST', headers, body });
      response.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? '' });
      response.end(await reply.text());
    };
    answer().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
