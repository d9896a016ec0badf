import * as ebs from '@aws-sdk/client-ebs';
import type { Handler } from '../call.ts';
import {
  completeSnapshot,
  getSnapshotBlock,
  listSnapshotBlocks,
  putSnapshotBlock,
  startSnapshot,
  type CompleteInput,
  type GetBlockInput,
  type ListBlocksInput,
  type PutBlockInput,
  type StartSnapshotInput,
} from './ebs.ts';
import { decodeJson, encodeJson } from '../protocol/json-codec.ts';
import { jsonFailure, parseBody } from '../protocol/json-service.ts';
import { AwsProblem } from '../problem.ts';
import { runCall } from '../run-call.ts';
import type { Answer } from '../../cloud/server.ts';
import type { Service } from '../protocol/service.ts';
import { operationsOf, type Member, type Operation, type StructShape } from '../protocol/shapes.ts';
import type { SignedRequest } from '../protocol/sign-v4.ts';

const HANDLERS: Readonly<Record<string, Handler>> = {
  StartSnapshot: (input, call) => startSnapshot(input as StartSnapshotInput, call),
  PutSnapshotBlock: (input, call) => putSnapshotBlock(input as PutBlockInput, call),
  CompleteSnapshot: (input, call) => completeSnapshot(input as CompleteInput, call),
  ListSnapshotBlocks: (input, call) => listSnapshotBlocks(input as ListBlocksInput, call),
  GetSnapshotBlock: (input, call) => getSnapshotBlock(input as GetBlockInput, call),
};

interface Route {
  readonly operation: Operation;
  readonly input: StructShape;
  readonly pattern: RegExp;
}

function routes(): readonly Route[] {
  return [...operationsOf(ebs).values()].flatMap((operation) => {
    if (operation.http === undefined || operation.input.kind !== 'struct') return [];
    const pattern = new RegExp(`^${operation.http.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    return [{ operation, input: operation.input, pattern }];
  });
}

function textValue(member: Member, text: string): unknown {
  if (member.shape().kind !== 'number') return text;
  if (!/^-?\d+$/.test(text)) throw new AwsProblem('ValidationException', `${member.name} is not a number`);
  return Number(text);
}

/** The members of a request from its path, query, headers and body. */
function inputOf(
  route: Route,
  request: SignedRequest,
  path: Readonly<Record<string, string>>,
  query: URLSearchParams,
): unknown {
  const bodyIsData = route.input.members.some((member) => member.payload);
  const outside: Record<string, unknown> = {};
  const inside: Member[] = [];
  for (const member of route.input.members) {
    const text =
      path[member.name] ??
      (member.inQuery === undefined ? undefined : query.get(member.inQuery)) ??
      (member.header === undefined ? undefined : request.headers[member.header.toLowerCase()]);
    if (typeof text === 'string') outside[member.name] = textValue(member, text);
    else if (member.payload) outside[member.name] = request.body;
    else if (member.inPath || member.inQuery !== undefined || member.header !== undefined) {
      if (member.required) throw new AwsProblem('ValidationException', `${member.name} must not be null`);
    } else inside.push(member);
  }
  if (bodyIsData) return outside;
  const body = decodeJson({ ...route.input, members: inside }, parseBody(request.body), route.operation.name);
  return { ...outside, ...(body as object) };
}

function answerOf(route: Route, result: unknown): Answer {
  const status = route.operation.http?.status ?? 200;
  if (route.operation.name === 'GetSnapshotBlock') {
    const { data, checksum } = result as ReturnType<typeof getSnapshotBlock>;
    const headers = {
      'x-amz-Data-Length': String(data.length),
      'x-amz-Checksum': checksum,
      'x-amz-Checksum-Algorithm': 'SHA256',
    };
    return { status, type: 'application/octet-stream', body: data, headers };
  }
  if (route.operation.name === 'PutSnapshotBlock') {
    const { Checksum } = result as { readonly Checksum: string };
    const headers = { 'x-amz-Checksum': Checksum, 'x-amz-Checksum-Algorithm': 'SHA256' };
    return { status, type: 'application/json', body: '{}', headers };
  }
  const body = JSON.stringify(encodeJson(route.operation.output, result, route.operation.name));
  return { status, type: 'application/json', body };
}

/** EBS direct: blocks by HTTP, as the schemas' bindings say. */
export function ebsService(): Service {
  const known = routes();
  return {
    failure: jsonFailure,
    answer: async (world, scope, request) => {
      const url = new URL(request.url, 'http://ebs');
      for (const route of known) {
        const match = route.pattern.exec(url.pathname);
        const handler = HANDLERS[route.operation.name];
        if (match === null || route.operation.http?.method !== request.method || handler === undefined) continue;
        const path = Object.fromEntries(
          Object.entries(match.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]),
        );
        const input = inputOf(route, request, path, url.searchParams);
        return answerOf(route, await runCall(world, scope, route.operation.name, input, handler));
      }
      throw new AwsProblem('UnknownOperationException', `no ${request.method} ${url.pathname}`, 404);
    },
  };
}
