import { readFile } from 'node:fs/promises';
import { aboutOption, StepError } from '../../../plugins/sdk/index.ts';
import type { RunOptions } from '../mixins/run.gen.ts';

/** EC2 takes so many bytes, before they are written as base64. */
const MOST_BYTES = 16_384;

export const USER_DATA_HINT = 'have it fetch the rest, or compress it where the guest unpacks it, as cloud-init does';

function isBase64(text: string): boolean {
  const bare = text.replaceAll(/[\r\n]/g, '');
  return bare.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(bare);
}

/** As EC2 takes them: what is base64 already is left as it is. */
function encoded(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return isBase64(text) ? text : bytes.toString('base64');
}

/** Why EC2 does not take these user data; undefined when it does. */
export function userDataFault(bytes: Buffer): string | undefined {
  const { length } = Buffer.from(encoded(bytes), 'base64');
  return length <= MOST_BYTES ? undefined : `user data have at most ${MOST_BYTES} bytes, and these ${length}`;
}

/**
 * The user data as EC2 takes them; undefined when there are none. Throws `StepError` AMAZON_USER_DATA for too many, and
 * the system's error when user_data_file cannot be read.
 */
export async function userData(config: RunOptions): Promise<string | undefined> {
  const { user_data: given = '', user_data_file: file } = config;
  const bytes = file === undefined ? Buffer.from(given) : await aboutOption('/user_data_file', () => readFile(file));
  if (bytes.length === 0) return undefined;
  const fault = userDataFault(bytes);
  if (fault === undefined) return encoded(bytes);
  const pointer = file === undefined ? '/user_data' : '/user_data_file';
  throw new StepError(fault, { code: 'AMAZON_USER_DATA', pointer, hint: USER_DATA_HINT });
}
