import { connect, type Cloud, type CloudSettings } from '../../../../clients/openstack/index.ts';
import { ConnectionLost, listen, type Answer, type Request } from '../../../support/cloud/server.ts';

/** What a service of the scripted cloud answers; "lost" breaks the connection without a word. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless it is text or bytes. */
  readonly body?: unknown;
}

/** What was asked, for short: "GET /compute/v2.1/servers/1". */
export interface Asked {
  readonly line: string;
  readonly request: Request;
  /** How often this line was asked before. */
  readonly before: number;
}

export type Script = (asked: Asked) => Reply | 'lost' | Promise<Reply | 'lost'>;

/** A cloud whose Keystone gives tokens "t1", "t2", …, and whose services do what a test says. */
export interface ScriptedCloud extends AsyncDisposable {
  readonly endpoint: string;
  readonly cloud: Cloud;
  readonly settings: CloudSettings;
  /** Lines of all requests to services, in their order. */
  readonly lines: readonly string[];
  readonly requests: readonly Request[];
  /** How many tokens were given. */
  readonly tokens: () => number;
}

/** What differs from cloud to cloud. */
export interface ScriptedOptions {
  /** By type: the addresses in the catalogue, where "{here}" is the cloud's own. */
  readonly catalogue?: Readonly<Record<string, string>>;
  /** Milliseconds that a token lives. */
  readonly life?: number;
  readonly settings?: Partial<CloudSettings>;
}

const CATALOGUE = {
  compute: '{here}/compute/v2.1',
  image: '{here}/image',
  network: '{here}/network',
  'block-storage': '{here}/volume/v3/p1',
  'object-store': '{here}/swift/v1/AUTH_p1',
};

function answerOf({ status = 200, headers = {}, body }: Reply): Answer {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const type = headers['content-type'] ?? (raw ? 'text/plain' : 'application/json');
  return { status, type, headers, body: raw ? body : body === undefined ? '' : JSON.stringify(body) };
}

function tokenOf(number: number, here: string, { catalogue = CATALOGUE, life = 3_600_000 }: ScriptedOptions): Answer {
  const now = Date.now();
  const token = {
    issued_at: new Date(now).toISOString(),
    expires_at: new Date(now + life).toISOString(),
    user: { id: 'u1', name: 'ann' },
    project: { id: 'p1', name: 'web' },
    roles: [{ id: 'r1', name: 'member' }],
    catalog: Object.entries(catalogue).map(([type, url]) => ({
      ...{ type, name: type },
      endpoints: [{ interface: 'public', region: 'north', region_id: 'north', url: url.replace('{here}', here) }],
    })),
  };
  return answerOf({ status: 201, headers: { 'x-subject-token': `t${number}` }, body: { token } });
}

/** Starts a scripted cloud on this machine; a client of it waits a millisecond where it would wait half a second. */
export async function startCloud(script: Script, options: ScriptedOptions = {}): Promise<ScriptedCloud> {
  const requests: Request[] = [];
  const lines: string[] = [];
  let given = 0;
  const server = await listen({
    answer: async (request): Promise<Answer> => {
      const line = `${request.method} ${request.url}`;
      if (line === 'POST /identity/v3/auth/tokens') return tokenOf((given += 1), server.endpoint, options);
      const before = lines.filter((each) => each === line).length;
      lines.push(line);
      requests.push(request);
      const reply = await script({ line, request, before });
      if (reply === 'lost') throw new ConnectionLost();
      return answerOf(reply);
    },
    control: () => ({ status: 404, type: 'text/plain', body: '' }),
    upgrade: (_request, stream) => stream.destroy(),
    report: (error) => {
      throw error;
    },
  });
  const settings: CloudSettings = {
    authUrl: `${server.endpoint}/identity`,
    login: { type: 'password', user: { id: 'u1' }, password: 'secret' },
    retries: { delay: 1, longestDelay: 100 },
    ...options.settings,
  };
  const cloud = connect(settings);
  return {
    ...{ endpoint: server.endpoint, cloud, settings, lines, requests, tokens: () => given },
    [Symbol.asyncDispose]: async () => {
      cloud.close();
      await server.close();
    },
  };
}
