import { setTimeout as delay } from 'node:timers/promises';
import { NEVER, type Fault } from '../cloud/faults.ts';
import { ConnectionLost, type Answer, type Request } from '../cloud/server.ts';
import type { Call, Handlers } from './call.ts';
import { checkBody } from './discovery/check-body.ts';
import { checkParameters } from './discovery/check-parameters.ts';
import { route, type Routed } from './discovery/document.ts';
import { GoogleProblem, invalidJson, problemBody } from './problem.ts';
import type { CallRecord, World } from './world.ts';

const JSON_TYPE = 'application/json; charset=UTF-8';

function userOf(world: World, { headers }: Request): string {
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  if (world.tokens.has(token)) return 'baker@bakery.iam.gserviceaccount.com';
  const message =
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.';
  throw new GoogleProblem(401, 'authError', message, { status: 'UNAUTHENTICATED' });
}

function bodyOf({ method }: Routed, { body }: Request): unknown {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw invalidJson('Invalid JSON payload received. Unexpected token.');
  }
  if (method.request !== undefined) checkBody(method.request.$ref, value, method.id);
  return value;
}

/** The server's own replies have to fit the API, too. */
function checkReply(schema: string, reply: object): void {
  try {
    checkBody(schema, reply, '', 'reply');
  } catch (error) {
    throw new Error(`the reply is none of the API's: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function problemOf({ code, message, status, headers }: NonNullable<Fault['error']>): GoogleProblem {
  return new GoogleProblem(status ?? 400, code, message ?? code, {}, headers);
}

function refuse(fault: Fault): void {
  if (fault.dropped === true) throw new ConnectionLost();
  if (fault.error !== undefined && fault.after === undefined) throw problemOf(fault.error);
}

async function act(call: Call, handlers: Handlers, faults: readonly Fault[]): Promise<object> {
  faults.forEach(refuse);
  const known = call.world.requests.get(call.query.get('requestId') ?? '');
  const handler = handlers[call.name];
  if (handler === undefined) throw new Error(`the test server has no ${call.name}`);
  const reply = known === undefined ? await handler(call) : { ...known.view };
  for (const fault of faults) {
    if (fault.after === 'reply-lost') throw new ConnectionLost();
    if (fault.after === 'silence') await delay(NEVER);
    if (fault.after === 'error' && fault.error !== undefined) throw problemOf(fault.error);
  }
  return reply;
}

/** Carries out a request: notes it, lets time pass, and applies the faults planned for it. */
async function carryOut(world: World, handlers: Handlers, url: URL, request: Request): Promise<object> {
  const found = route(request.method, url.pathname.replace(/^\/compute\/v1\//, ''));
  if (found === undefined) throw new GoogleProblem(404, 'notFound', 'Not Found');
  const { name, path, method } = found;
  const { zone = '' } = path;
  const input: unknown = request.body.length === 0 ? undefined : JSON.parse(request.body.toString());
  const at = world.clock.now();
  const record: CallRecord = { call: name, zone, url: url.pathname + url.search, input, status: undefined, at };
  world.calls.push(record);
  try {
    const user = userOf(world, request);
    checkParameters(found, url.searchParams);
    const body = bodyOf(found, request);
    world.clock.advance(world.options.timePerCall ?? 5000);
    const faults = world.faults.hit(name, zone, { ...path, ...(body as object) });
    for (const fault of faults) if (fault.delay !== undefined) await delay(fault.delay);
    const outcome = {
      stuck: faults.some((fault) => fault.stuck === true),
      fails: faults.find((fault) => fault.fails !== undefined)?.fails,
    };
    const reply = await act({ name, world, path, query: url.searchParams, body, user, outcome }, handlers, faults);
    if (method.response !== undefined) checkReply(method.response.$ref, reply);
    record.status = 200;
    return reply;
  } catch (error) {
    if (error instanceof GoogleProblem) record.status = error.status;
    throw error;
  }
}

/** The answer to a request of the Compute Engine API. `report` hears of errors in the server itself. */
export async function answerTo(
  world: World,
  handlers: Handlers,
  request: Request,
  report: (error: unknown) => void,
): Promise<Answer> {
  const url = new URL(request.url, world.endpoint);
  try {
    const reply = await carryOut(world, handlers, url, request);
    return { status: 200, type: JSON_TYPE, body: JSON.stringify(reply) };
  } catch (error) {
    if (error instanceof ConnectionLost) throw error;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!(error instanceof GoogleProblem)) report(error);
    const problem = error instanceof GoogleProblem ? error : new GoogleProblem(500, 'testServerBroken', text);
    return { status: problem.status, type: JSON_TYPE, body: problemBody(problem), headers: problem.headers };
  }
}
