import { Unauthorized } from '../problem.ts';
import type { World } from '../world.ts';
import { catalogFor } from './catalog.ts';
import type { ApplicationCredential, Project, Token, User } from './people.ts';

/** What a token is issued for. */
export interface Grant {
  readonly user: User;
  readonly project: Project | undefined;
  readonly methods: readonly string[];
  readonly credential?: ApplicationCredential | undefined;
  /** A token that was made from another lives no longer than that one. */
  readonly expiresAt?: number | undefined;
}

export function issueToken(world: World, { user, project, methods, credential, expiresAt }: Grant): Token {
  const now = world.clock.now();
  const id = `gAAAAAB${world.newId()}${world.newId()}`;
  const token: Token = {
    id,
    user,
    project,
    methods,
    issuedAt: now,
    expiresAt: Math.min(expiresAt ?? Infinity, now + world.durations.token),
    credential,
  };
  world.tokens.set(id, token);
  return token;
}

/**
 * The token that a request was sent with.
 * @throws Unauthorized when it is not known, or expired
 */
export function tokenOf(world: World, id: unknown): Token {
  const token = typeof id === 'string' ? world.tokens.get(id) : undefined;
  if (token === undefined || token.expiresAt <= world.clock.now()) throw new Unauthorized();
  return token;
}

function date(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}.000000Z`;
}

const DOMAIN = { id: 'default', name: 'Default' };

/** A token as Keystone shows it. */
export function tokenView(world: World, token: Token): object {
  const { user, project, methods, credential } = token;
  const scope =
    project === undefined
      ? {}
      : {
          project: { domain: DOMAIN, id: project.id, name: project.name },
          is_domain: false,
          roles: user.roles.map((name) => ({ id: name.padEnd(32, '0'), name })),
          catalog: catalogFor(world, project.id),
        };
  return {
    token: {
      methods,
      user: { domain: DOMAIN, id: user.id, name: user.name, password_expires_at: null },
      audit_ids: [token.id.slice(-22)],
      expires_at: date(token.expiresAt),
      issued_at: date(token.issuedAt),
      ...scope,
      ...(credential === undefined
        ? {}
        : { application_credential: { id: credential.id, name: credential.name, restricted: true } }),
    },
  };
}
