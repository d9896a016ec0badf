import { expect, test } from 'vitest';
import { failureOf } from '../../../../../clients/openstack/errors/read-failure.ts';

interface Expected {
  readonly reason: string;
  readonly code?: string;
  readonly detail?: string;
  readonly retryAfter?: number;
}

type Failure = readonly [
  what: string,
  status: number,
  body: string,
  expected: Expected,
  headers?: Readonly<Record<string, string>>,
];

/** What services answered (Zed, but where another one is named), and what it comes to. */
const failures: readonly Failure[] = [
  [
    'Nova: not found',
    404,
    '{"itemNotFound": {"code": 404, "message": "Instance x could not be found."}}',
    { reason: 'not-found', code: 'itemNotFound', detail: 'Instance x could not be found.' },
  ],
  [
    'Nova: values',
    400,
    '{"badRequest": {"code": 400, "message": "Invalid input for field/attribute networks. Value: none."}}',
    { reason: 'bad-request', code: 'badRequest' },
  ],
  [
    'Nova: a state',
    409,
    '{"conflictingRequest": {"code": 409, "message": "Cannot \'createImage\' instance x while it is in task_state image_snapshot"}}',
    { reason: 'conflict', code: 'conflictingRequest' },
  ],
  [
    'Nova: quota of servers',
    403,
    '{"forbidden": {"code": 403, "message": "Quota exceeded for instances: Requested 1, but already used 10 of 10 instances"}}',
    { reason: 'quota', code: 'forbidden' },
  ],
  [
    'Nova: quota of key pairs',
    403,
    '{"forbidden": {"code": 403, "message": "Quota exceeded, too many key pairs."}}',
    { reason: 'quota' },
  ],
  [
    'Nova: ports',
    403,
    '{"forbidden": {"code": 403, "message": "Maximum number of ports exceeded"}}',
    { reason: 'quota' },
  ],
  [
    'Nova: not allowed',
    403,
    '{"forbidden": {"code": 403, "message": "Policy doesn\'t allow os_compute_api:servers:create:forced_host to be performed."}}',
    { reason: 'forbidden' },
  ],
  [
    'Nova before 2013: too many requests',
    413,
    '{"overLimitFault": {"code": 413, "message": "This request was rate-limited."}}',
    { reason: 'rate-limited', retryAfter: 30_000 },
    { 'retry-after': '30' },
  ],
  [
    'Nova: a microversion',
    406,
    '{"computeFault": {"code": 406, "message": "Version 2.999 is not supported by the API. Minimum is 2.1 and maximum is 2.93."}}',
    { reason: 'unsupported', code: 'computeFault' },
  ],
  [
    'Glance: not found',
    404,
    '{"message": "No image found with ID nope<br /><br />\\n\\n\\n", "code": "404 Not Found", "title": "Not Found"}',
    { reason: 'not-found', code: 'Not Found', detail: 'No image found with ID nope' },
  ],
  [
    'Glance: not found, as a page',
    404,
    '<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n  <h1>404 Not Found</h1>\n  No image found with ID x<br /><br />\n\n\n\n </body>\n</html>',
    { reason: 'not-found', detail: 'No image found with ID x' },
  ],
  [
    'Glance: quota',
    413,
    '{"message": "Denying attempt to upload image because it exceeds the quota: The size of the data 10 will exceed the limit.<br /><br />", "code": "413 Request Entity Too Large", "title": "Request Entity Too Large"}',
    { reason: 'quota' },
  ],
  [
    'Glance: not allowed',
    403,
    '{"message": "You are not authorized to complete publicize_image action.<br /><br />\\n\\n\\n", "code": "403 Forbidden", "title": "Forbidden"}',
    { reason: 'forbidden', detail: 'You are not authorized to complete publicize_image action.' },
  ],
  [
    'Neutron: not found',
    404,
    '{"NeutronError": {"type": "NetworkNotFound", "message": "Network x could not be found.", "detail": ""}}',
    { reason: 'not-found', code: 'NetworkNotFound' },
  ],
  [
    'Neutron: quota',
    409,
    '{"NeutronError": {"type": "OverQuota", "message": "Quota exceeded for resources: [\'security_group\'].", "detail": ""}}',
    { reason: 'quota', code: 'OverQuota' },
  ],
  [
    'Neutron: in use',
    409,
    '{"NeutronError": {"type": "SecurityGroupInUse", "message": "Security Group x in use.", "detail": ""}}',
    { reason: 'conflict', code: 'SecurityGroupInUse' },
  ],
  [
    'Neutron: no address',
    409,
    '{"NeutronError": {"type": "IpAddressGenerationFailure", "message": "No more IP addresses available on network x.", "detail": ""}}',
    { reason: 'conflict' },
  ],
  [
    'Cinder: quota',
    413,
    '{"overLimit": {"code": 413, "message": "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota.", "retryAfter": "0"}}',
    { reason: 'quota', code: 'overLimit', retryAfter: 0 },
    { 'retry-after': '0' },
  ],
  [
    'Keystone: not let in',
    401,
    '{"error":{"code":401,"message":"The request you have made requires authentication.","title":"Unauthorized"}}',
    { reason: 'unauthorized', code: 'Unauthorized' },
  ],
  [
    'Placement',
    404,
    '{"errors": [{"status": 404, "title": "Not Found", "detail": "The resource could not be found.\\n\\n   "}]}',
    { reason: 'not-found', code: 'Not Found' },
  ],
  [
    'Swift: not found',
    404,
    '<html><h1>Not Found</h1><p>The resource could not be found.</p></html>',
    { reason: 'not-found' },
  ],
  [
    "a proxy's page",
    502,
    '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr>nginx</body></html>',
    { reason: 'unavailable', detail: 'nginx' },
  ],
  [
    "a proxy's limit",
    413,
    '<html><body><h1>413 Request Entity Too Large</h1></body></html>',
    { reason: 'bad-request' },
  ],
  ['nothing at all', 500, '', { reason: 'unavailable' }],
  ['too many requests', 429, '', { reason: 'rate-limited', retryAfter: 1500 }, { 'retry-after': '1.5' }],
  ['a redirect', 302, '', { reason: 'bad-answer' }],
];

const asked = { service: 'compute', method: 'GET', url: new URL('https://x.example.com/v2.1/servers?key=secret') };

test.each(failures.map((each) => [each[0], each] as const))('%s', (_what, [, status, text, expected, headers = {}]) => {
  const error = failureOf(asked, { status, headers: { ...headers, 'x-openstack-request-id': 'req-1' }, text });
  expect(error).toMatchObject({ status, service: 'compute', requestId: 'req-1', mayHaveHappened: false, ...expected });
  expect(error.message).toContain('compute answers GET https://x.example.com/v2.1/servers with status');
  expect(error.message).not.toContain('secret');
  expect(error.message).not.toMatch(/[<>\n]/);
});

test("a proxy's page that something is not there is no word of the service", () => {
  const text = '<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>';
  expect(failureOf(asked, { status: 404, headers: {}, text }).reason).toBe('bad-answer');
  expect(failureOf(asked, { status: 404, headers: {}, text: '' }).reason).toBe('not-found');
  expect(failureOf(asked, { status: 404, headers: { 'x-trans-id': 'tx1' }, text }).reason).toBe('not-found');
});

test('a date says when to come again', () => {
  const date = new Date(Date.now() + 60_000).toUTCString();
  const { retryAfter = 0 } = failureOf(asked, { status: 503, headers: { 'retry-after': date }, text: '' });
  expect(retryAfter).toBeGreaterThan(55_000);
  expect(retryAfter).toBeLessThanOrEqual(60_000);
});

test('a receipt says which factors were right and which are wanted', () => {
  const text = JSON.stringify({ receipt: { methods: ['password'] }, required_auth_methods: [['totp', 'password']] });
  const error = failureOf(asked, { status: 401, headers: { 'openstack-auth-receipt': 'r1' }, text });
  expect(error.receipt).toEqual({ id: 'r1', methods: ['password'], required: [['totp', 'password']] });
  expect(error.message).toContain('password was right, but it takes more: totp and password');
});
