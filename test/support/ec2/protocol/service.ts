import type { Answer } from '../../cloud/server.ts';
import type { AwsProblem } from '../problem.ts';
import type { Scope, SignedRequest } from './sign-v4.ts';
import type { World } from '../world.ts';

/** One web service: how it understands a request and how it words its answers. */
export interface Service {
  answer(world: World, scope: Scope, request: SignedRequest): Promise<Answer>;
  failure(problem: AwsProblem): Answer;
}
