import type { Answer } from '../cloud/server.ts';
import type { Call, Route, ServiceName } from './call.ts';
import type { ApiProblem } from './problem.ts';
import type { Complaint } from './recorded/schemas.ts';
import type { World } from './world.ts';

/** What differs from service to service beside the routes. */
export interface Service {
  readonly name: ServiceName;
  readonly routes: readonly Route[];
  /** How it words an error. */
  failure(problem: ApiProblem, world: World): Answer;
  /** How it words that a body does not fit; undefined lets it pass. */
  misfit(complaint: Complaint): ApiProblem | undefined;
  /** Checks what no JSON Schema says. */
  check?(call: Call, route: Route): void;
  /** The second number of the microversion that is asked for; 0 where there are none. */
  minor(headers: Call['headers'], world: World): number;
  /** Headers of every answer; `minor` is undefined for who has no token, and where the version is not known. */
  headers(minor: number | undefined, requestId: string): Readonly<Record<string, string>>;
  /** The type that an answer without a body has. */
  readonly emptyType: string;
  /** What is at the service's root and at the API's own, without a token; undefined for any other path. */
  versions(path: string, world: World, region: string): Answer | undefined;
}

export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, type: 'application/json', body: JSON.stringify(body), headers };
}

/** How keystonemiddleware refuses a token, in front of Nova, Neutron and Cinder. */
export function unauthorized(world: World): Answer {
  const message = 'The request you have made requires authentication.';
  const header = { 'WWW-Authenticate': `Keystone uri="${world.endpoint}/identity/v3"` };
  return jsonAnswer(401, { error: { code: 401, title: 'Unauthorized', message } }, header);
}
