import type { JsonObject } from '../guards.ts';
import type { DomainReference, Login, Reference, Scope } from '../settings.ts';

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

function identityOf(login: Login): JsonObject {
  switch (login.type) {
    case 'password': {
      const user = { ...named(login.user), password: login.password };
      return { methods: ['password'], password: { user } };
    }
    case 'token':
      return { methods: ['token'], token: { id: login.token } };
    case 'application-credential': {
      const { credential, secret } = login;
      const who = 'id' in credential ? { id: credential.id } : { name: credential.name, user: named(credential.user) };
      return { methods: ['application_credential'], application_credential: { ...who, secret } };
    }
  }
}

/** What Keystone v3 is sent for a token. */
export function authRequest(login: Login): JsonObject {
  const scope = login.type === 'application-credential' ? undefined : login.scope;
  return { auth: { identity: identityOf(login), ...(scope === undefined ? {} : { scope: scopeOf(scope) }) } };
}
