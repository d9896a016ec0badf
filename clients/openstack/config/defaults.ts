import type { Values } from './values.ts';

/** What openstacksdk lays below every cloud, as far as it says anything about the connection. */
export const DEFAULTS: Values = {
  api_timeout: null,
  verify: true,
  cacert: null,
  cert: null,
  key: null,
  auth_type: 'password',
  interface: 'public',
  image_format: 'qcow2',
  network_api_version: '2',
  object_store_api_version: '1',
};
