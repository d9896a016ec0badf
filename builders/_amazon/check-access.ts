import type { Diagnostic } from '../../plugins/sdk/index.ts';
import type { AccessOptions } from './access.ts';
import { error } from './diagnostics.ts';

/** What the schema cannot say of the way into AWS. */
export function checkAccess(config: AccessOptions): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const { access_key: key = '', secret_key: secret = '', token = '', assume_role: role } = config;
  if ((key === '') !== (secret === '')) {
    const [given, missing] = key === '' ? ['secret_key', 'access_key'] : ['access_key', 'secret_key'];
    found.push(error('AMAZON_ACCESS', `/${given}`, `${given} needs ${missing}`));
  }
  if (token !== '' && key === '') found.push(error('AMAZON_ACCESS', '/token', 'token needs access_key and secret_key'));
  if (role !== undefined && (role.role_arn ?? '') === '') {
    found.push(error('AMAZON_ACCESS', '/assume_role', 'assume_role needs role_arn'));
  }
  return found;
}
