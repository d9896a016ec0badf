import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { amazonPlace } from '../../../support/ec2/amazon-run.ts';

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

let server: Server | undefined;
let asked = 0;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Something before AWS that answers everything so. */
async function inTheWay({ status, headers = {}, body = '' }: Answer): Promise<string> {
  asked = 0;
  server = createServer((request, response) => {
    asked += 1;
    request.resume();
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const html = { 'content-type': 'text/html', server: 'nginx/1.25' };

const rows: readonly (readonly [string, Answer, RegExp])[] = [
  [
    'a 500 with a page',
    { status: 500, headers: html, body: '<html><head><title>Oops</title></head><body><h1>x</h1></body></html>' },
    /is not AWS: HTTP 500 "Oops" \(server: nginx\/1\.25\)$/,
  ],
  [
    'a 403 of a proxy',
    { status: 403, headers: html, body: '<!DOCTYPE html>\n<HTML><BODY>Access denied<br>by policy</BODY></HTML>' },
    /HTTP 403 "Access denied by policy"/,
  ],
  ['an empty 502', { status: 502 }, /HTTP 502 and an empty body/],
  ['a 503 of words', { status: 503, body: 'upstream connect error' }, /HTTP 503 "upstream connect error"/],
  [
    'the 200 of a login page',
    { status: 200, headers: html, body: '<?xml version="1.0"?><!-- x --><html><title>Log in</title></html>' },
    /HTTP 200 "Log in"/,
  ],
  ['a 200 of words', { status: 200, headers: { 'content-type': 'text/plain' }, body: 'welcome' }, /HTTP 200 "welcome"/],
  [
    'a redirect to a login page',
    { status: 302, headers: { location: 'http://login.example/' } },
    /HTTP 302 to http:\/\/login\.example\/ and an empty body/,
  ],
  [
    'an answer in JSON where AWS has XML',
    { status: 502, headers: { 'content-type': 'application/json' }, body: '{"message":"no upstream"}' },
    /none of AWS: HTTP 502 ".*no upstream/,
  ],
];

describe('what is in the way to AWS and answers for it', () => {
  it.each(rows)('is told by name and status: %s', async (_, answer, said) => {
    await using place = await amazonPlace();
    process.env['AWS_MAX_ATTEMPTS'] = '1';
    const { report } = await place.bake({ custom_endpoint_ec2: await inTheWay(answer), max_retries: 1 });
    expect(report.failure?.code).toBe('AMAZON_UNREACHABLE');
    expect(report.failure?.message).toMatch(said);
    expect(report.failure?.message).not.toMatch(/parse|\$response|undefined/i);
    expect(report.failure?.hint).toContain('NO_PROXY');
  });

  it('is asked again only when it may be over', async () => {
    await using place = await amazonPlace();
    const denied = await inTheWay({ status: 403, headers: html, body: '<html></html>' });
    await place.bake({ custom_endpoint_ec2: denied });
    expect(asked).toBe(1);
    server?.close();
    const broken = await inTheWay({ status: 502, headers: html, body: '<html></html>' });
    await place.bake({ custom_endpoint_ec2: broken, max_retries: 2 });
    expect(asked).toBeGreaterThan(1);
  });

  it('is told of other services too: roles, and what gives credentials', async () => {
    await using place = await amazonPlace();
    const page = await inTheWay({ status: 403, headers: html, body: '<html><title>Blocked</title></html>' });
    process.env['AWS_ENDPOINT_URL_IAM'] = page;
    const profile = await place.bake({ iam_instance_profile: 'x' });
    expect(profile.report.failure?.message).toMatch(/GetInstanceProfile: .* is not AWS: HTTP 403 "Blocked"/);
    process.env['AWS_ENDPOINT_URL_STS'] = page;
    const role = await place.bake({ assume_role: { role_arn: 'arn:aws:iam::123456789012:role/bake' } });
    expect(role.report.failure?.message).toMatch(/is not AWS: HTTP 403 "Blocked"/);
  });
});
