import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { codesAndPlaces, planTemplate } from '../../../support/kiln/plan-template.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function template(options: JsonObject, content = '{{ data `page.body` }}'): object {
  return {
    variables: { token: 'let-me-in' },
    'sensitive-variables': ['token'],
    data: { page: { type: 'http', ...options } },
    builders: [{ type: 'file', target: '/tmp/kiln-no-such/t', content }],
  };
}

it('gives body, headers and address of what it asked with method, headers and body', async () => {
  const url = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      response.setHeader('ETag', '"1"');
      response.end(`${request.method ?? ''} ${request.headers.authorization ?? ''} ${body}`);
    });
  });
  const content = '{{ data `page.body` }} {{ data `page.response_headers` `etag` }} {{ data `page.url` }}';
  const headers = { Authorization: 'Bearer {{user `token`}}' };
  const options = { url: `${url}/x`, method: 'post', request_headers: headers, request_body: 'Grüße' };
  const { plan, diagnostics } = await planTemplate(template(options, content));
  expect(diagnostics).toEqual([]);
  expect(plan?.builds[0]?.config['content']).toBe(`POST Bearer let-me-in Grüße "1" ${url}/x`);
});

it('follows redirects, and sends a login to no other host', async () => {
  const second = await serve((request, response) => response.end(request.headers.authorization ?? 'nobody'));
  const first = await serve((_, response) => response.writeHead(302, { location: `${second}/there` }).end());
  const { plan } = await planTemplate(template({ url: first.replace('//', '//me:pw@') }));
  expect(plan?.builds[0]?.config['content']).toBe('nobody');
});

describe('an error at its place, and without a secret, is', () => {
  async function complaint(listener: RequestListener, path = '/'): Promise<string> {
    const url = await serve(listener);
    const shown = await planTemplate(template({ url: `${url.replace('//', '//me:secret@')}${path}?key=signed` }));
    expect(codesAndPlaces(shown.diagnostics)).toEqual(['DATA_FETCH_FAILED 11:14']);
    expect(shown.plan).toBeUndefined();
    const message = shown.diagnostics.map((each) => each.message).join('\n');
    expect(message).not.toMatch(/secret|signed/);
    return message.replace(url, 'http://here');
  }

  it.each([[404], [401], [500]])('status %i', async (status) => {
    expect(await complaint((_, response) => response.writeHead(status).end())).toContain(`answers ${String(status)}`);
  });

  it('an answer that is no text', async () => {
    expect(await complaint((_, response) => response.end(Buffer.from([0xff, 0xfe])))).toContain('not text in UTF-8');
  });

  it('an answer without end', async () => {
    const more = Buffer.alloc(1024 * 1024, 'x');
    const message = await complaint((_, response) => {
      const write = (): void => {
        while (response.write(more));
        response.once('drain', write);
      };
      write();
    });
    expect(message).toContain('longer than 8388608 bytes');
  });

  it('a connection that is cut', async () => {
    const message = await complaint((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => response.destroy(), 20);
    });
    expect(message).toContain('the connection was closed');
  });
});

it('a server that is not there, and one that says nothing in time, are errors', async () => {
  const gone = await planTemplate(template({ url: 'http://127.0.0.1:1/' }));
  expect(codesAndPlaces(gone.diagnostics)).toEqual(['DATA_FETCH_FAILED 11:14']);
  const silent = await serve(() => undefined);
  const late = await planTemplate(template({ url: silent, timeout: '100ms' }));
  expect(codesAndPlaces(late.diagnostics)).toEqual(['DATA_FETCH_TIMEOUT 9:5']);
});

it('an address of another kind is refused before anything is asked', async () => {
  const { diagnostics } = await planTemplate(template({ url: 'ftp://example.org/' }), {
    options: { fetchData: false },
  });
  expect(codesAndPlaces(diagnostics)).toEqual(['DATA_HTTP_URL 11:14']);
});
