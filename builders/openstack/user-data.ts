import { readFile } from 'node:fs/promises';
import { aboutOption, StepError } from '../../plugins/sdk/index.ts';
import type { OpenstackBuilderConfig } from './config.gen.ts';

/** Nova takes so many characters of base64. */
const MOST_CHARACTERS = 65_535;

/** Why Nova does not take these user data; undefined when it does. */
export function userDataFault(bytes: Buffer): string | undefined {
  const most = Math.floor(MOST_CHARACTERS / 4) * 3;
  return bytes.length <= most ? undefined : `user data have at most ${most} bytes, and these ${bytes.length}`;
}

/**
 * The user data in base64; undefined when there are none. Throws `StepError` OPENSTACK_USER_DATA for too many, and the
 * system's error when user_data_file cannot be read.
 */
export async function userData(
  config: Pick<OpenstackBuilderConfig, 'user_data' | 'user_data_file'>,
): Promise<string | undefined> {
  const { user_data: given = '', user_data_file: file } = config;
  const bytes = file === undefined ? Buffer.from(given) : await aboutOption('/user_data_file', () => readFile(file));
  if (bytes.length === 0) return undefined;
  const fault = userDataFault(bytes);
  if (fault === undefined) return bytes.toString('base64');
  const pointer = file === undefined ? '/user_data' : '/user_data_file';
  throw new StepError(fault, { code: 'OPENSTACK_USER_DATA', pointer });
}
