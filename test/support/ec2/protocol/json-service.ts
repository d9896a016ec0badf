import type { Handlers } from '../call.ts';
import { decodeJson, encodeJson } from './json-codec.ts';
import { AwsProblem } from '../problem.ts';
import { runCall } from '../run-call.ts';
import type { Answer } from '../../cloud/server.ts';
import type { Service } from './service.ts';
import type { Operation } from './shapes.ts';

const TYPE = 'application/x-amz-json-1.1';

/** How the JSON services word an error. */
export function jsonFailure(problem: AwsProblem): Answer {
  const body = JSON.stringify({ __type: problem.code, message: problem.message, Message: problem.message });
  return { status: problem.status, type: TYPE, body, headers: { 'x-amzn-errortype': problem.code } };
}

/**
 * A body as JSON.
 * @throws AwsProblem when it is none
 */
export function parseBody(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString());
  } catch {
    throw new AwsProblem('SerializationException', 'The body is not JSON');
  }
}

/** A service whose calls are named by a header and whose input and output are JSON. */
export function jsonService(operations: ReadonlyMap<string, Operation>, handlers: Handlers): Service {
  return {
    failure: jsonFailure,
    answer: async (world, scope, request) => {
      const target = String(request.headers['x-amz-target'] ?? '');
      const name = target.slice(target.indexOf('.') + 1);
      const operation = operations.get(name);
      const handler = handlers[name];
      if (operation === undefined) throw new AwsProblem('UnknownOperationException', `no ${target}`);
      if (handler === undefined) throw new AwsProblem('NotImplemented', `The test server has no ${name}.`, 501);
      const input = decodeJson(operation.input, parseBody(request.body), name);
      const result = await runCall(world, scope, name, input, handler);
      return { status: 200, type: TYPE, body: JSON.stringify(encodeJson(operation.output, result ?? {}, name)) };
    },
  };
}
