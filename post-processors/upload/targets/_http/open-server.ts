import type { TargetOptions } from '../../plan/plan-uploads.ts';
import type { TargetUrl } from '../../plan/target-url.ts';
import type { StoreSetting } from '../opening.ts';
import { refused } from '../../../_transfer/failure.ts';
import { basicLogin, readAuthority, type HttpServer } from '../../../_transfer/exchange.ts';
import { netrcLogin } from './netrc.ts';

/** The server of a target, with who logs in by its options, or by ~/.netrc. */
export async function openServer(
  { authority, host, user }: TargetUrl,
  secure: boolean,
  options: TargetOptions,
  { silence, signal }: StoreSetting,
): Promise<HttpServer> {
  const ca = await readAuthority(options.cacert);
  const known = options.password === undefined ? await netrcLogin(host) : undefined;
  const name = options.username ?? (user === '' ? known?.name : user);
  const password = options.password ?? known?.password;
  const login = name === undefined || password === undefined ? {} : basicLogin(name, password);
  if (!secure && 'authorization' in login && !options.insecure_plain_http) {
    throw refused(
      `the password for ${authority} would go over the network for everybody to read`,
      'take the scheme with an s at its end, or set insecure_plain_http',
    ).at('/url');
  }
  return { origin: `${secure ? 'https' : 'http'}://${authority}`, login, ca, silence, signal };
}
