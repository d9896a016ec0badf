import type { JsonObject } from '../guards.ts';
import type { DomainReference, Factor, Reference, Scope } from '../settings.ts';

function domainOf(domain: DomainReference): JsonObject {
  return 'id' in domain ? { id: domain.id } : { name: domain.name };
}

function named(reference: Reference): JsonObject {
  if ('id' in reference) return { id: reference.id };
  const { name, domain } = reference;
  return domain === undefined ? { name } : { name, domain: domainOf(domain) };
}

function scopeOf(scope: Scope): unknown {
  if (scope === 'unscoped') return 'unscoped';
  if ('project' in scope) return { project: named(scope.project) };
  if ('domain' in scope) return { domain: domainOf(scope.domain) };
  if ('trust' in scope) return { 'OS-TRUST:trust': { id: scope.trust } };
  return { system: { all: true } };
}

async function proofOf(factor: Factor): Promise<readonly [method: string, proof: JsonObject]> {
  switch (factor.type) {
    case 'password':
      return ['password', { user: { ...named(factor.user), password: factor.password } }];
    case 'totp': {
      const passcode = typeof factor.passcode === 'string' ? factor.passcode : await factor.passcode();
      return ['totp', { user: { ...named(factor.user), passcode } }];
    }
    case 'token':
      return ['token', { id: factor.token }];
    case 'application-credential': {
      const { credential, secret } = factor;
      const who = 'id' in credential ? { id: credential.id } : { name: credential.name, user: named(credential.user) };
      return ['application_credential', { ...who, secret }];
    }
  }
}

/** What Keystone v3 is sent for a token: every factor at once, and what the token is to be for. */
export async function authRequest(factors: readonly Factor[], scope: Scope | undefined): Promise<JsonObject> {
  const proofs = await Promise.all(factors.map(proofOf));
  const identity = { methods: proofs.map(([method]) => method), ...Object.fromEntries(proofs) };
  return { auth: { identity, ...(scope === undefined ? {} : { scope: scopeOf(scope) }) } };
}
