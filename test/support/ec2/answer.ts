import { ConnectionLost, type Answer } from '../cloud/server.ts';
import { AwsProblem } from './problem.ts';
import type { Service } from './protocol/service.ts';
import { authenticate, type SignedRequest } from './protocol/sign-v4.ts';
import { unsignedScope } from './protocol/unsigned.ts';
import type { World } from './world.ts';

/** The service that a request is signed for, without a look at whether the signature holds. */
function serviceNamed(request: SignedRequest): string {
  return /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'ec2';
}

/** The answer to a request of any service. `report` hears of errors in the server itself. */
export async function answerTo(
  world: World,
  services: ReadonlyMap<string, Service>,
  request: SignedRequest,
  report: (error: unknown) => void,
): Promise<Answer> {
  const unsigned = unsignedScope(world, request);
  const service = services.get(unsigned?.service ?? serviceNamed(request));
  if (service === undefined) {
    return { status: 403, type: 'text/plain', body: `The test server has no service ${serviceNamed(request)}.` };
  }
  try {
    return await service.answer(world, unsigned ?? authenticate(world, request), request);
  } catch (error) {
    if (error instanceof AwsProblem) return service.failure(error);
    if (error instanceof ConnectionLost) throw error;
    report(error);
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return service.failure(new AwsProblem('TestServerBroken', message, 500));
  }
}
