import { objectsAt, textAt, isObject, type JsonObject } from '../guards.ts';
import { parseCatalogue, type CatalogueService } from '../catalogue/catalogue.ts';

/** A token, and what Keystone says of it. */
export interface Token {
  /** What is sent as X-Auth-Token: a secret. */
  readonly id: string;
  /** When it is to be renewed, by this machine's clock, in milliseconds since 1970. */
  readonly staleAt: number;
  readonly user: { readonly id: string | undefined; readonly name: string | undefined };
  /** Undefined when the token is for no project. */
  readonly project: { readonly id: string; readonly name: string | undefined } | undefined;
  readonly roles: readonly string[];
  readonly catalogue: readonly CatalogueService[];
}

/** Milliseconds by which a token is renewed before its end. */
const MARGIN = 60_000;

/** The clocks may differ, so what counts is how long the token lives, and not until when. */
function staleAt(token: JsonObject, now: number): number {
  const issued = Date.parse(textAt(token, 'issued_at') ?? '');
  const expires = Date.parse(textAt(token, 'expires_at') ?? '');
  if (Number.isNaN(expires)) return Infinity;
  const life = expires - (Number.isNaN(issued) ? now : issued);
  return now + Math.max(life - MARGIN, life / 2);
}

/** Reads Keystone's answer; undefined when it is none. `now` is when the token was asked for. */
export function parseToken(id: string, body: unknown, now: number): Token | undefined {
  const token = isObject(body) ? body['token'] : undefined;
  if (!isObject(token)) return undefined;
  const { user, project } = token;
  const projectId = textAt(project, 'id');
  return {
    id,
    staleAt: staleAt(token, now),
    user: { id: textAt(user, 'id'), name: textAt(user, 'name') },
    project: projectId === undefined ? undefined : { id: projectId, name: textAt(project, 'name') },
    roles: objectsAt(token, 'roles').flatMap((role) => textAt(role, 'name') ?? []),
    catalogue: parseCatalogue(token),
  };
}
