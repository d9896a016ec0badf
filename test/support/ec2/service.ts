import type { AwsProblem } from './problem.ts';
import type { Scope, SignedRequest } from './sign-v4.ts';
import type { World } from './world.ts';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One web service: how it understands a request and how it words its answers. */
export interface Service {
  answer(world: World, scope: Scope, request: SignedRequest): Promise<Answer>;
  failure(problem: AwsProblem): Answer;
}
