import { randomUUID } from 'node:crypto';
import type { Handlers } from '../call.ts';
import { decodeQuery, type QueryStyle } from './decode-query.ts';
import { encodeContent, xmlText } from './encode-xml.ts';
import { AwsProblem } from '../problem.ts';
import { runCall } from '../run-call.ts';
import type { Answer } from '../../cloud/server.ts';
import type { Service } from './service.ts';
import type { Operation } from './shapes.ts';

/** An answer with the request's id where the SDK looks for it, in the header too. */
function answer(status: number, word: (id: string) => string): Answer {
  const id = randomUUID();
  return { status, type: 'text/xml;charset=UTF-8', headers: { 'x-amzn-requestid': id }, body: word(id) };
}

function success(id: string, style: QueryStyle, name: string, version: string, content: string): string {
  const open = `<?xml version="1.0" encoding="UTF-8"?>\n<${name}Response xmlns="${version}">`;
  if (style === 'ec2') return `${open}<requestId>${id}</requestId>${content}</${name}Response>`;
  const metadata = `<ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata>`;
  return `${open}<${name}Result>${content}</${name}Result>${metadata}</${name}Response>`;
}

function failure(id: string, style: QueryStyle, problem: AwsProblem): string {
  const what = `<Code>${xmlText(problem.code)}</Code><Message>${xmlText(problem.message)}</Message>`;
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (style === 'ec2') {
    return `${head}<Response><Errors><Error>${what}</Error></Errors><RequestID>${id}</RequestID></Response>`;
  }
  return `${head}<ErrorResponse><Error><Type>Sender</Type>${what}</Error><RequestId>${id}</RequestId></ErrorResponse>`;
}

/** A service of the query protocols: parameters in a form, an answer in XML. */
export function queryService(
  style: QueryStyle,
  version: string,
  namespace: string,
  operations: ReadonlyMap<string, Operation>,
  handlers: Handlers,
): Service {
  return {
    answer: async (world, scope, request) => {
      const parameters = new URLSearchParams(request.body.toString());
      const name = parameters.get('Action') ?? '';
      const operation = operations.get(name);
      if (operation === undefined || parameters.get('Version') !== version) {
        throw new AwsProblem('InvalidAction', `The action ${name} is not valid for this web service.`);
      }
      const handler = handlers[name];
      if (handler === undefined) throw new AwsProblem('NotImplemented', `The test server has no ${name}.`, 501);
      const input = decodeQuery(operation.input, parameters, style);
      const result = await runCall(world, scope, name, input, handler);
      const content = encodeContent(operation.output, result ?? {}, name);
      return answer(200, (id) => success(id, style, name, namespace, content));
    },
    failure: (problem) => answer(problem.status, (id) => failure(id, style, problem)),
  };
}
