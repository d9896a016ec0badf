import { join } from 'node:path';
import { OpenStackError } from '../errors/openstack-error.ts';
import type { CloudSettings, Interface, Login, ServiceName, ServiceSettings, TlsSettings } from '../settings.ts';
import { homeOf, type Environment } from './files.ts';
import { isGiven, isOn, textOf, type Values } from './values.ts';

/** What the options of a service begin with: its type, then the names it had. */
const PREFIXES: Readonly<Record<ServiceName, readonly string[]>> = {
  identity: ['identity'],
  compute: ['compute'],
  image: ['image'],
  network: ['network'],
  blockStorage: ['block_storage', 'volumev3', 'volumev2', 'volume', 'block_store'],
  objectStore: ['object_store'],
};

function interfacesOf(value: unknown): Interface | readonly Interface[] | undefined {
  if (!isGiven(value)) return undefined;
  const all = (Array.isArray(value) ? value : [value]).map((each) => String(each).replace(/URL$/, ''));
  const wrong = all.find((each) => !['public', 'internal', 'admin'].includes(each));
  if (wrong === undefined) return (Array.isArray(value) ? all : all[0]) as Interface | readonly Interface[];
  const message = `the interface "${wrong}" is none of public, internal, admin`;
  throw new OpenStackError(message, { reason: 'settings' });
}

function serviceSettings(values: Values, prefixes: readonly string[]): ServiceSettings {
  function option(name: string): string | undefined {
    const key = prefixes.map((prefix) => `${prefix}_${name}`).find((each) => (values[each] ?? null) !== null);
    return key === undefined || values[key] === '' ? undefined : textOf(values[key]);
  }
  const face = prefixes.map((prefix) => values[`${prefix}_interface`]).find(isGiven);
  const all = {
    endpoint: option('endpoint_override') ?? option('endpoint'),
    type: option('service_type'),
    name: option('service_name'),
    region: option('region_name'),
    interface: interfacesOf(face),
    microversion: option('default_microversion'),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function pathIn(environment: Environment, value: unknown): string | undefined {
  if (!isGiven(value)) return undefined;
  const path = textOf(value);
  return path === '~' || path.startsWith('~/') ? join(homeOf(environment), path.slice(1)) : path;
}

function tlsOf(values: Values, environment: Environment): TlsSettings {
  const { insecure, verify } = values;
  const unverified = isOn(insecure) || verify === false || verify === null || verify === 'false' || verify === 'False';
  return {
    insecure: unverified,
    cacert: pathIn(environment, values['cacert']),
    cert: pathIn(environment, values['cert']),
    key: isGiven(values['cert']) ? pathIn(environment, values['key']) : undefined,
  };
}

/** Milliseconds; `api_timeout` is seconds. */
function limitOf({ api_timeout: timeout }: Values): number | undefined {
  const seconds = timeout === null || timeout === undefined || timeout === '' ? NaN : Number(timeout);
  return seconds > 0 ? seconds * 1000 : undefined;
}

/** The settings that options of clouds.yaml, all brought to their names of today, come to. */
export function settingsOf(
  values: Values,
  authUrl: string | undefined,
  login: Login,
  environment: Environment,
): CloudSettings {
  const services = Object.entries(PREFIXES).map(
    ([name, prefixes]) => [name, serviceSettings(values, prefixes)] as const,
  );
  const region = values['region_name'];
  return {
    authUrl,
    login,
    region: isGiven(region) ? textOf(region) : undefined,
    interface: interfacesOf(values['interface']),
    services: Object.fromEntries(services.filter(([, settings]) => Object.keys(settings).length > 0)),
    tls: tlsOf(values, environment),
    timeLimits: { request: limitOf(values) },
  };
}
