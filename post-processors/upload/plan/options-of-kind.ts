import type { KINDS } from './target-url.ts';

type Kind = (typeof KINDS)[keyof typeof KINDS];

/** Options that mean something to a kind of target, besides those that mean something to all. */
export const OPTIONS_OF_KIND: Readonly<Record<Kind, readonly string[]>> = {
  az: ['account', 'endpoint', 'storage_class', 'cacert'],
  file: [],
  gs: ['endpoint', 'storage_class', 'cacert'],
  http: ['username', 'password', 'cacert', 'insecure_plain_http'],
  oci: ['username', 'password', 'cacert', 'insecure_plain_http', 'artifact_type', 'subject'],
  rsync: ['ssh_private_key_file', 'ssh_known_hosts_file'],
  s3: ['endpoint', 'region', 'storage_class'],
  sftp: ['ssh_private_key_file', 'ssh_private_key_passphrase', 'ssh_password', 'ssh_known_hosts_file', 'ssh_host_key'],
  swift: ['cloud', 'region', 'endpoint', 'storage_class'],
  webdav: ['username', 'password', 'cacert', 'insecure_plain_http'],
};
