import { OpenStackError } from '../errors/openstack-error.ts';

/**
 * Keystone's v3 address, which ends with "/v3/": that is put where the address in the settings has another version or
 * none. Throws `OpenStackError` with reason "settings".
 */
export function keystoneV3(authUrl: string | undefined): URL {
  if (authUrl === undefined || !URL.canParse(authUrl) || !/^https?:/i.test(authUrl)) {
    const what = authUrl === undefined ? 'is missing' : `"${authUrl}" is no address of http or https`;
    throw new OpenStackError(`the address of Keystone (auth_url) ${what}`, { reason: 'settings' });
  }
  const url = new URL(authUrl);
  url.search = '';
  url.hash = '';
  const before = url.pathname.replace(/\/+$/, '').replace(/\/v\d+(\.\d+)?$/i, '');
  url.pathname = `${before}/v3/`;
  return url;
}
