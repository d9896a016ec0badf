import { createHash } from 'node:crypto';
import { AwsProblem } from '../problem.ts';
import type { Region } from '../region.ts';

const EBS_ALIAS = 'alias/aws/ebs';

/** Makes a key that the account may use; the ARN. */
export function addKey(region: Region, account: string, alias: string | undefined): string {
  const digits = createHash('sha256').update(`${region.name}${account}${region.kmsKeys.size}`).digest('hex');
  const id = [8, 12, 16, 20, 32].map((end, index, all) => digits.slice(all[index - 1] ?? 0, end)).join('-');
  const arn = `arn:aws:kms:${region.name}:${account}:key/${id}`;
  region.kmsKeys.set(arn, alias);
  return arn;
}

/** The key AWS manages for EBS in that region. */
export function defaultKey(region: Region): string {
  for (const [arn, alias] of region.kmsKeys) if (alias === EBS_ALIAS) return arn;
  throw new Error(`${region.name} has no ${EBS_ALIAS}`);
}

export function isDefaultKey(region: Region, arn: string | undefined): boolean {
  return arn !== undefined && region.kmsKeys.get(arn) === EBS_ALIAS;
}

/** A key named by id, alias or ARN; undefined when this region has none of that name. */
export function findKey(region: Region, name: string): string | undefined {
  for (const [arn, alias] of region.kmsKeys) {
    if (name === arn || name === alias || arn.endsWith(`:key/${name}`)) return arn;
    if (alias !== undefined && name.startsWith('arn:') && name === arn.replace(/key\/.*$/, alias)) return arn;
  }
  return undefined;
}

export interface EncryptionRequest {
  readonly Encrypted?: boolean | undefined;
  readonly KmsKeyId?: string | undefined;
}

export interface Encryption {
  readonly encrypted: boolean;
  /** The key's ARN. */
  readonly key: string | undefined;
  /** Set when the key cannot be used: the service only finds out later. */
  readonly broken: boolean;
}

/**
 * How something comes out that is made from a source.
 * @param source the key of the source when it is encrypted and lies in the same region; undefined otherwise
 * @throws AwsProblem when a key is given without Encrypted
 */
export function encryptionOf(
  region: Region,
  request: EncryptionRequest,
  source: { readonly encrypted: boolean; readonly key: string | undefined },
): Encryption {
  if (request.KmsKeyId !== undefined && request.KmsKeyId !== '' && request.Encrypted !== true && !source.encrypted) {
    throw new AwsProblem(
      'InvalidParameterDependency',
      'The parameter KmsKeyId requires the parameter Encrypted to be set.',
    );
  }
  const encrypted = request.Encrypted === true || source.encrypted || region.encryptByDefault;
  if (!encrypted) return { encrypted, key: undefined, broken: false };
  if (request.KmsKeyId === undefined || request.KmsKeyId === '') {
    return { encrypted, key: source.key ?? defaultKey(region), broken: false };
  }
  const key = findKey(region, request.KmsKeyId);
  return { encrypted, key: key ?? request.KmsKeyId, broken: key === undefined };
}
