import type { Call } from '../call.ts';
import { notFound } from '../problem.ts';
import type { Server } from './server.ts';

export function isOwn({ caller }: Call, { projectId }: Server): boolean {
  return projectId === caller.project?.id || caller.user.roles.includes('admin');
}

/** The server of the path. @throws ApiProblem when it is not there for the caller */
export function findServer(call: Call): Server {
  const id = call.path['id'] ?? '';
  const server = call.region.servers.get(id);
  if (!isOwn(call, server)) throw notFound(`Instance ${id} could not be found.`);
  return server;
}
