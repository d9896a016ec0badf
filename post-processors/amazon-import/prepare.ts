import { errorAt, type Diagnostic } from '../../plugins/sdk/index.ts';
import { checkAccess } from '../../builders/_amazon/api/credentials/check-access.ts';
import { checkName } from '../../builders/_amazon/checks/check-ami.ts';
import type { AmazonImportPostProcessorConfig } from './config.gen.ts';
import { bootModeOf, formats, methodOf } from './method.ts';

type Config = AmazonImportPostProcessorConfig;

const forBucketOnly = [
  's3_bucket_name',
  's3_key_name',
  's3_encryption',
  's3_encryption_key',
  'license_type',
  'role_name',
  'platform',
] as const;

const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;

function isGiven(value: string | readonly string[] | undefined): boolean {
  return (value ?? '').length > 0;
}

function way(config: Config): readonly Diagnostic[] {
  const { format } = config;
  const method = methodOf(config);
  const wrongFormat =
    format === undefined || formats[method].includes(format)
      ? []
      : [
          errorAt('AMAZON_IMPORT', '/format', `${method} cannot take ${format}`, {
            hint: `it takes ${formats[method].join(', ')}; the other method takes others`,
          }),
        ];
  if (method === 'import-image') {
    const hint = 'or leave method out: ebs-direct needs no bucket';
    const bucket = isGiven(config.s3_bucket_name)
      ? []
      : [errorAt('AMAZON_IMPORT', '/method', 'import-image needs s3_bucket_name', { hint })];
    const key = config.s3_encryption_key;
    const keyAlone =
      isGiven(key) && config.s3_encryption !== 'aws:kms'
        ? [errorAt('AMAZON_IMPORT', '/s3_encryption_key', 's3_encryption_key needs s3_encryption aws:kms')]
        : [];
    return [...wrongFormat, ...bucket, ...keyAlone];
  }
  const idle = forBucketOnly.filter((name) => isGiven(config[name]));
  const hint = 'set s3_bucket_name, or method to import-image';
  return [
    ...wrongFormat,
    ...idle.map((name) => errorAt('AMAZON_IMPORT', `/${name}`, `${name} means nothing to ebs-direct`, { hint })),
  ];
}

function encryption(config: Config): readonly Diagnostic[] {
  const { ami_encrypt: encrypted, ami_kms_key: key = '' } = config;
  if (!encrypted) return key === '' ? [] : [errorAt('AMAZON_KMS', '/ami_kms_key', 'a key needs ami_encrypt')];
  const found: Diagnostic[] = [];
  if (methodOf(config) === 'ebs-direct' && key !== '' && !KEY_ARN.test(key)) {
    found.push(
      errorAt('AMAZON_KMS', '/ami_kms_key', `${JSON.stringify(key)} is no ARN of a key`, {
        hint: 'arn:aws:kms:…:key/…',
      }),
    );
  }
  const shared = (['ami_users', 'ami_org_arns', 'ami_ou_arns'] as const).filter((name) => isGiven(config[name]));
  for (const name of key === '' ? shared : []) {
    const message = 'what is encrypted with the default key cannot be shared';
    found.push(
      errorAt('AMAZON_SHARE_ENCRYPTED', `/${name}`, message, { hint: 'name a key of your own with ami_kms_key' }),
    );
  }
  if (isGiven(config.ami_groups)) {
    found.push(errorAt('AMAZON_SHARE_ENCRYPTED', '/ami_groups', 'what is encrypted cannot be public'));
  }
  return found;
}

/** What the schema cannot say. */
export function prepare(config: Config): readonly Diagnostic[] {
  const bios = config.architecture === 'arm64' && bootModeOf(config, undefined) === 'legacy-bios';
  return [
    ...checkAccess(config),
    ...way(config),
    ...(isGiven(config.ami_name) ? checkName(config.ami_name ?? '') : []),
    ...encryption(config),
    ...(bios ? [errorAt('AMAZON_IMPORT', '/boot_mode', 'arm64 boots by UEFI only')] : []),
  ];
}
