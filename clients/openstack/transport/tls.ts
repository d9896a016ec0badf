import { readFile } from 'node:fs/promises';
import type { AgentOptions } from 'node:https';
import { OpenStackError } from '../errors/openstack-error.ts';
import type { TlsSettings } from '../settings.ts';

async function pem(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new OpenStackError(`the ${what} ${path} cannot be read: ${why}`, { reason: 'settings', cause });
  }
}

/** Reads the files that TLS settings name. Throws `OpenStackError` with reason "settings". */
export async function tlsOptions(tls: TlsSettings): Promise<AgentOptions> {
  const { cacert, cert, key, insecure = false } = tls;
  const options: AgentOptions = { rejectUnauthorized: !insecure };
  if (cacert !== undefined && !insecure) options.ca = await pem(cacert, 'file of authorities (cacert)');
  if (cert !== undefined) {
    options.cert = await pem(cert, 'certificate (cert)');
    options.key = key === undefined ? options.cert : await pem(key, 'key of the certificate (key)');
  }
  return options;
}
