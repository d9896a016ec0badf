import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestEc2 } from '../index.ts';

/** The device of the profile "guarded". */
export const MFA_SERIAL = 'arn:aws:iam::123456789012:mfa/person';

/** AWS's configuration with a profile "guarded", whose role wants the code of a device. */
export function guardedProfile({ credentials }: Pick<TestEc2, 'credentials'>): string {
  const base = `aws_access_key_id = ${credentials.accessKeyId}\naws_secret_access_key = ${credentials.secretAccessKey}\n`;
  const role = 'arn:aws:iam::123456789012:role/builder';
  return `[profile base]\n${base}[profile guarded]\nrole_arn = ${role}\nsource_profile = base\nmfa_serial = ${MFA_SERIAL}\n`;
}

/** What a process needs to have no way in but that profile; its configuration is written to the directory. */
export function guardedEnvironment(ec2: TestEc2, directory: string): Readonly<Record<string, string | undefined>> {
  const file = join(directory, 'aws-config');
  writeFileSync(file, guardedProfile(ec2));
  return { AWS_CONFIG_FILE: file, HOME: directory, AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
}
