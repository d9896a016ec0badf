/** moto and botocore: another one's AWS, and another client of it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const LIMIT: number = 240_000;
export const CREDENTIALS = { accessKeyId: 'AKIATESTEC2000000001', secretAccessKey: 'secret' };
/** Of moto's own images, Amazon's for x86_64. */
export const MOTO_IMAGE: string = 'ami-12c6146b';

export type Environment = Readonly<Record<string, string>>;

/** Leads a client of AWS to `endpoint`, and to nothing else. */
export function awsAt(endpoint: string): Environment {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}

/** Runs a Python program and reads the JSON that it prints. */
export async function askPython<T>(program: string, environment: Environment, ...words: readonly string[]): Promise<T> {
  const { NODE_OPTIONS: _guard, ...others } = environment;
  const { stdout } = await run(program, words, { env: { ...process.env, ...others }, timeout: LIMIT });
  return JSON.parse(stdout === '' ? '{}' : stdout) as T;
}

/** Runs the AWS CLI and reads its answer. */
export function askAws<T>(program: string, environment: Environment, ...words: readonly string[]): Promise<T> {
  return askPython(program, environment, '-m', 'awscli', ...words, '--output', 'json');
}
