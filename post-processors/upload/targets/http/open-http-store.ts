import type { OpenStore } from '../opening.ts';
import { openServer } from '../_http/open-server.ts';
import { httpStore } from './http-store.ts';

/** A server that takes files by PUT. */
export const openHttpStore: OpenStore = async (url, options, setting) => {
  const server = await openServer(url, url.scheme === 'https', options, setting);
  return httpStore(server, setting);
};
