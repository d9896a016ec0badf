import type { OpenStore } from '../opening.ts';
import { readAuthority, type HttpServer } from '../../../_transfer/exchange.ts';
import { dockerLogin, type RegistryLogin } from './credentials.ts';
import { imageName } from './image-name.ts';
import { ociStore } from './oci-store.ts';
import { registry } from './registry.ts';

/** A repository of a registry of OCI images. */
export const openOciStore: OpenStore = async (url, options, setting) => {
  const { username, password, insecure_plain_http: plain } = options;
  const { cacert } = options;
  const server: HttpServer = {
    origin: `${plain === true ? 'http' : 'https'}://${url.authority}`,
    login: {},
    ca: await readAuthority(cacert),
    silence: setting.silence,
    signal: setting.signal,
  };
  const given: RegistryLogin | undefined =
    username === undefined || password === undefined ? undefined : { user: username, password };
  const login = given ?? (await dockerLogin(url.authority, setting.signal));
  const { repository } = imageName(url.path);
  const { signal, records } = setting;
  return ociStore({ ask: registry(server, repository, login), server, repository, options, signal, records });
};
