import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { render, renderWithLookups, templateFunctions, type Answers } from '../../../core/interpolation/index.ts';
import { builtin } from '../../../plugins/builtin.ts';
import { inVariables } from '../core/interpolation/context.ts';

type Environment = Readonly<Record<string, string>>;

const servers: Server[] = [];
/** Where a test may write. */
export const directory: string = mkdtempSync(join(tmpdir(), 'kiln-lookups-'));

afterAll(() => {
  rmSync(directory, { recursive: true });
});

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** Port of the server, which is closed after the test; `where` is the path of a Unix socket. */
export async function listen(server: Server, where: number | string = 0): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) =>
    typeof where === 'string' ? server.listen(where, resolve) : server.listen(where, '127.0.0.1', resolve),
  );
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

/** A server that answers by method and path, and what it was asked. */
export async function serve(
  answers: Readonly<Record<string, unknown>>,
  status = 404,
): Promise<{ readonly address: string; readonly asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    const answer = answers[`${request.method ?? ''} ${request.url ?? ''}`];
    response.writeHead(answer === undefined ? status : 200, { 'content-type': 'application/json' });
    response.end(
      answer === undefined
        ? '{"errors":["permission denied"]}'
        : typeof answer === 'string'
          ? answer
          : JSON.stringify(answer),
    );
  });
  return { address: `http://127.0.0.1:${String(await listen(server))}`, asked };
}

/** Renders a text that stands in a variable; of the variables that lookups read, this process has these meanwhile. */
export async function ask(
  text: string,
  environment: Environment,
  signal: AbortSignal = AbortSignal.timeout(20_000),
): Promise<string> {
  const before = { ...process.env };
  const others = Object.entries(before).filter(([name]) => !/^(AWS|CONSUL|VAULT)_/.test(name));
  process.env = { ...Object.fromEntries(others), HOME: directory, ...environment };
  try {
    const answers: Answers = new Map();
    const { lookups } = builtin;
    const outside = { environment: (name: string): string | undefined => process.env[name], answers };
    const functions = templateFunctions({ ...inVariables, outside });
    return await renderWithLookups(() => render(text, { functions }), answers, { lookups, signal });
  } finally {
    process.env = before;
  }
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
