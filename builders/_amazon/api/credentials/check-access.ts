import { errorAt, type Diagnostic } from '../../../../plugins/sdk/index.ts';
import type { AccessOptions } from '../../mixins/access.gen.ts';

type Diagnostics = readonly Diagnostic[];

function complain(option: string, message: string): Diagnostic {
  return errorAt('AMAZON_ACCESS', `/${option}`, message);
}

function keys({ access_key: key = '', secret_key: secret = '', token = '' }: AccessOptions): Diagnostics {
  if ((key === '') !== (secret === '')) {
    const [given, missing] = key === '' ? ['secret_key', 'access_key'] : ['access_key', 'secret_key'];
    return [complain(given, `${given} needs ${missing}`)];
  }
  return token !== '' && key === '' ? [complain('token', 'token needs access_key and secret_key')] : [];
}

function webIdentity({ assume_role_with_web_identity: given }: AccessOptions): Diagnostics {
  if (given === undefined) return [];
  const { role_arn: role = '', web_identity_token: token = '', web_identity_token_file: file = '' } = given;
  return [
    ...(role === '' ? ['assume_role_with_web_identity needs role_arn'] : []),
    ...((token === '') === (file === '')
      ? ['assume_role_with_web_identity needs web_identity_token or web_identity_token_file, one of them']
      : []),
  ].map((message) => complain('assume_role_with_web_identity', message));
}

/** Each of these says on its own who the build is. */
function identities(config: AccessOptions): Diagnostics {
  const [first = '', ...others] = [
    ...((config.access_key ?? '') === '' ? [] : ['access_key']),
    ...(config.vault_aws_engine === undefined ? [] : ['vault_aws_engine']),
    ...(config.assume_role_with_web_identity === undefined ? [] : ['assume_role_with_web_identity']),
  ];
  return others.map((name) => complain(name, `${name} and ${first} are both given`));
}

/** What the schema cannot say of the way into AWS. */
export function checkAccess(config: AccessOptions): Diagnostics {
  const { assume_role: role, vault_aws_engine: vault } = config;
  return [
    ...keys(config),
    ...(role !== undefined && (role.role_arn ?? '') === ''
      ? [complain('assume_role', 'assume_role needs role_arn')]
      : []),
    ...webIdentity(config),
    ...(vault !== undefined && (vault.name ?? '') === ''
      ? [complain('vault_aws_engine', 'vault_aws_engine needs name')]
      : []),
    ...identities(config),
  ];
}
