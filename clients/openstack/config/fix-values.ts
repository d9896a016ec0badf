import { OpenStackError } from '../errors/openstack-error.ts';
import { isObject } from '../guards.ts';
import { fillIn } from './fill-in.ts';
import { isGiven, isOn, overlay, textOf, type Values } from './values.ts';

type Mutable = Record<string, unknown>;

/** Options of older clients, each with a time limit of its own, all say `api_timeout`. */
function fixTimeout(values: Values): Values {
  const entries = Object.entries(values);
  const other = entries.filter(([key]) => key.endsWith('timeout') && key !== 'timeout' && key !== 'api_timeout');
  const kept = Object.fromEntries(entries.filter((entry) => !other.includes(entry)));
  const [, last] = other.at(-1) ?? [];
  return last === undefined || last === null ? kept : { ...kept, api_timeout: last };
}

function fixAuthType({ auth_plugin: plugin, ...values }: Values): Values {
  return { ...values, auth_type: 'auth_type' in values ? values['auth_type'] : (plugin ?? null) };
}

/** Names that an option of "auth" may have, the last that is given counts; beside "auth" it beats what is in there. */
function authNames(legacy: boolean): Readonly<Record<string, readonly string[]>> {
  const project = (part: string): readonly string[] => [
    `tenant_${part}`,
    `tenant-${part}`,
    `project_${part}`,
    `project-${part}`,
  ];
  const tenant = (part: string): readonly string[] => [
    `project_${part}`,
    `project-${part}`,
    `tenant_${part}`,
    `tenant-${part}`,
  ];
  return {
    domain_id: ['domain_id', 'domain-id'],
    domain_name: ['domain_name', 'domain-name'],
    user_domain_id: ['user_domain_id', 'user-domain-id'],
    user_domain_name: ['user_domain_name', 'user-domain-name'],
    project_domain_id: ['project_domain_id', 'project-domain-id'],
    project_domain_name: ['project_domain_name', 'project-domain-name'],
    token: ['auth-token', 'auth_token', 'token'],
    passcode: ['passcode'],
    ...(legacy
      ? { tenant_id: tenant('id'), tenant_name: tenant('name') }
      : { project_id: project('id'), project_name: project('name') }),
  };
}

function authOf(values: Values): Mutable {
  const { auth } = values;
  if (auth === undefined) return {};
  if (isObject(auth)) return { ...auth };
  throw new OpenStackError('the option "auth" is to be a mapping', { reason: 'settings' });
}

function fixAuth(values: Values): Values {
  const fixed: Mutable = { ...values };
  const auth = authOf(values);
  for (const [target, names] of Object.entries(authNames(values['auth_type'] === 'v2password'))) {
    let found: string | undefined;
    for (const name of names) {
      for (const place of [auth, fixed]) {
        if (!(name in place)) continue;
        found = textOf(place[name]);
        Reflect.deleteProperty(place, name);
      }
    }
    if (found !== undefined && found !== '') auth[target] = found;
  }
  return { ...fixed, auth };
}

function fixInterface(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key.replace(/^(.*)endpoint_type$/, '$1interface'), value]),
  );
}

/** One domain given for user and project both; with no project it is what the token is for. */
function fixDomain(values: Values): Values {
  const fixed: Mutable = { ...values };
  const auth = authOf(values);
  const scoped = ['project_id', 'project_name'].some((key) => key in values || key in auth);
  for (const part of ['id', 'name']) {
    const target = `domain_${part}`;
    if (!scoped) {
      if (!(target in fixed) || target in auth) continue;
      auth[target] = fixed[target];
      Reflect.deleteProperty(fixed, target);
      continue;
    }
    for (const key of [`user_domain_${part}`, `project_domain_${part}`]) {
      if (target in auth && !(key in auth)) auth[key] = auth[target];
    }
    Reflect.deleteProperty(fixed, target);
    Reflect.deleteProperty(auth, target);
  }
  return { ...fixed, auth };
}

function fixTypes(values: Values): Values {
  const { insecure, auth_methods: methods } = values;
  return {
    ...values,
    ...(insecure === undefined ? {} : { insecure: isOn(insecure) }),
    ...(typeof methods === 'string' ? { auth_methods: methods.split(',') } : {}),
  };
}

function fixAuthUrl(values: Values): Values {
  const url = isObject(values['auth']) ? values['auth']['auth_url'] : undefined;
  if (typeof url !== 'string') return values;
  return overlay(values, { auth: { auth_url: fillIn(url, values, 'auth_url') } });
}

/** Brings older names and shapes of options to those of today, in the order in which openstacksdk does. */
export function fixValues(values: Values): Values {
  const fixes = [fixTimeout, fixAuthType, fixAuth, fixInterface, fixDomain, fixTypes, fixAuthUrl];
  return fixes.reduce((fixed, fix) => fix(fixed), values);
}

/** Fills in options that name others. */
export function fillInAll(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const plain = typeof value !== 'string' || key === 'password' || !isGiven(value);
      return [key, plain ? value : fillIn(value, values, key)];
    }),
  );
}
