import type { LoginOptions } from './login-options.ts';

/** Services of Google that Kiln asks. */
export type Service = keyof NonNullable<LoginOptions['custom_endpoints']>;

type Options = Pick<LoginOptions, 'custom_endpoints' | 'universe_domain'>;

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

/** Where a service is, with a slash at its end: "https://compute.googleapis.com/". */
export function serviceRoot(service: Exclude<Service, 'iap'>, options: Options): string {
  const given = options.custom_endpoints?.[service];
  const host = service === 'oauth2' ? 'www' : service;
  return withSlash(given ?? `https://${host}.${options.universe_domain}`);
}

/** Where the relay of IAP is. It has a domain of its own, which is the same for all universes. */
export function relayRoot({ custom_endpoints: given }: Options): string {
  return withSlash((given?.iap ?? 'wss://tunnel.cloudproxy.app/v4').replace(/^http/i, 'ws'));
}
