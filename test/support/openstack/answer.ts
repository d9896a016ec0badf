import { setTimeout as delay } from 'node:timers/promises';
import { NEVER, type Fault } from '../cloud/faults.ts';
import { ConnectionLost, type Answer, type Request } from '../cloud/server.ts';
import type { Call, Reply, Route } from './call.ts';
import { tokenOf } from './identity/tokens.ts';
import { baseOf } from './identity/catalog.ts';
import { ApiProblem, badRequest, notFound, Unauthorized } from './problem.ts';
import { complaintAbout } from './recorded/schemas.ts';
import { jsonAnswer, type Service } from './service.ts';
import type { CallRecord, World } from './world.ts';

/** Values of the path's variables; undefined when it is another path. */
function match(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, each] of wanted.entries()) {
    const value = decodeURIComponent(given[index] ?? '');
    if (each.startsWith(':')) found[each.slice(1)] = value;
    else if (each !== value) return undefined;
  }
  return found;
}

function hasAction(body: unknown, action: string): boolean {
  return typeof body === 'object' && body !== null && action in body;
}

function parse(route: Route | undefined, { body }: Request): unknown {
  if (route?.bytes === true || body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    throw badRequest('Malformed JSON in request body.');
  }
}

interface Found {
  readonly route: Route;
  readonly path: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The route of a request. @throws ApiProblem when there is none */
function find(service: Service, request: Request, pathname: string, minor: number): Found {
  const here = service.routes.flatMap((route) => {
    const path = match(route.path, pathname);
    const known = (route.since ?? 0) <= minor && minor <= (route.until ?? Infinity);
    return path === undefined || !known ? [] : [{ route, path }];
  });
  const fitting = here.filter(({ route }) => route.method === request.method);
  const body = parse(fitting[0]?.route, request);
  const found = fitting.find(({ route: { action } }) => action === undefined || hasAction(body, action));
  if (found !== undefined) return { ...found, body };
  if (fitting.length > 0) {
    const [name] = Object.keys(body ?? {});
    throw badRequest(name === undefined ? 'Malformed request body' : `There is no such action: ${name}`);
  }
  throw here.length > 0
    ? new ApiProblem(405, 'The method is not allowed for this resource.')
    : notFound('The resource could not be found.');
}

function problemOf(error: NonNullable<Fault['error']>): ApiProblem {
  return new ApiProblem(error.status ?? 400, error.message ?? error.code, error.code, error.headers);
}

function refuse(fault: Fault): void {
  if (fault.dropped === true) throw new ConnectionLost();
  if (fault.error !== undefined && fault.after === undefined) throw problemOf(fault.error);
}

async function act(call: Call, route: Route, faults: readonly Fault[]): Promise<Reply> {
  faults.forEach(refuse);
  const reply = await route.act(call);
  for (const fault of faults) {
    if (fault.after === 'reply-lost') throw new ConnectionLost();
    if (fault.after === 'silence') await delay(NEVER);
    if (fault.after === 'error' && fault.error !== undefined) throw problemOf(fault.error);
  }
  return reply;
}

/** Checks the body by the recorded schema, in the service's words. */
function checkBody(service: Service, route: Route, call: Call): void {
  if (route.schema !== undefined) {
    const complaint = complaintAbout(service.name, route.schema, call.minor, call.body ?? null);
    const problem = complaint === undefined ? undefined : service.misfit(complaint);
    if (problem !== undefined) throw problem;
  }
  service.check?.(call, route);
}

function toAnswer({ status = 200, body, data, headers = {}, type }: Reply, emptyType: string): Answer {
  if (data !== undefined) return { status, type: 'application/octet-stream', body: data, headers };
  return body === undefined
    ? { status, type: type ?? emptyType, body: '', headers }
    : jsonAnswer(status, body, headers);
}

/** Carries out a request to a service: notes it, lets time pass, and applies the faults planned for it. */
async function carryOut(
  world: World,
  service: Service,
  region: string,
  url: URL,
  request: Request,
  minor: number,
): Promise<Answer> {
  const { route, path, body } = find(service, request, url.pathname, minor);
  const name = `${service.name}.${route.name}`;
  const input = route.bytes === true ? request.body.length : body;
  const record: CallRecord = {
    call: name,
    region,
    method: request.method,
    url: url.pathname + url.search,
    microversion: minor === 0 ? '' : `2.${minor}`,
    input,
    status: undefined,
    at: world.clock.now(),
  };
  world.calls.push(record);
  world.clock.advance(world.options.timePerCall ?? 5000);
  const faults = world.faults.hit(name, region, route.bytes === true ? {} : (body ?? {}));
  for (const fault of faults) if (fault.delay !== undefined) await delay(fault.delay);
  const fails = faults.find((fault) => fault.fails !== undefined)?.fails;
  const place = world.regions.get(region) ?? [...world.regions.values()][0];
  if (place === undefined) throw new Error('no region');
  try {
    const caller = route.open === true ? NOBODY : tokenOf(world, request.headers['x-auth-token']);
    const call: Call = {
      world,
      region: place,
      base: baseOf(world, service.name, region),
      path,
      url,
      headers: request.headers,
      body,
      data: request.body,
      caller,
      minor,
      outcome: { stuck: faults.some((fault) => fault.stuck === true), fails },
    };
    checkBody(service, route, call);
    const answer = toAnswer(await act(call, route, faults), service.emptyType);
    record.status = answer.status;
    return answer;
  } catch (error) {
    if (error instanceof ApiProblem) record.status = error.status;
    throw error;
  }
}

/** Version documents take no time and have no faults, but a client that asks for them has made a call. */
function noteVersions(world: World, { name }: Service, region: string, request: Request, status: number): void {
  const { method, url } = request;
  const at = world.clock.now();
  world.calls.push({
    call: `${name}.showVersions`,
    region,
    method,
    url,
    microversion: '',
    input: undefined,
    status,
    at,
  });
}

const NOBODY: Call['caller'] = {
  id: '',
  user: { id: '', name: '', password: '', roles: [], projects: [], passcode: undefined },
  project: undefined,
  methods: [],
  issuedAt: 0,
  expiresAt: 0,
  credential: undefined,
};

/** "/RegionOne/compute/v2.1/servers" or "/identity/v3/…" in parts. */
function parts(pathname: string): { readonly region: string; readonly service: string; readonly rest: string } {
  const [, first = '', second = ''] = pathname.split('/');
  if (first === 'identity') return { region: '', service: first, rest: pathname.slice('/identity'.length) };
  return { region: first, service: second, rest: pathname.slice(first.length + second.length + 2) };
}

/** The answer to a request of any service. `report` hears of errors in the server itself. */
export async function answerTo(
  world: World,
  services: readonly Service[],
  request: Request,
  report: (error: unknown) => void,
): Promise<Answer> {
  const url = new URL(request.url, world.endpoint);
  const { region, service: name, rest } = parts(url.pathname);
  const service = services.find((each) => each.name === name);
  if (service === undefined)
    return { status: 404, type: 'text/plain', body: `The test server has no ${url.pathname}.` };
  const id = `req-${world.newId()}`;
  let minor: number | undefined;
  try {
    const versions = service.versions(rest.replace(/\/$/, ''), world, region);
    if (versions !== undefined) {
      noteVersions(world, service, region, request, versions.status);
      return versions;
    }
    minor = service.minor(request.headers, world);
    const below = new URL(rest.replace(/^\/v[\d.]+/, '') + url.search, world.endpoint);
    const answer = await carryOut(world, service, region, below, request, minor);
    return { ...answer, headers: { ...service.headers(minor, id), ...answer.headers } };
  } catch (error) {
    if (error instanceof ConnectionLost) throw error;
    if (!(error instanceof ApiProblem)) report(error);
    const problem =
      error instanceof ApiProblem
        ? error
        : new ApiProblem(
            500,
            `TestServerBroken: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
          );
    const answer = service.failure(problem, world);
    const known = problem instanceof Unauthorized ? undefined : minor;
    return { ...answer, headers: { ...service.headers(known, id), ...answer.headers, ...problem.headers } };
  }
}
