import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LoginError } from './login-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Credentials as somebody wrote them down. */
export interface WrittenCredentials {
  readonly text: string;
  /** For people: the path. */
  readonly name: string;
}

/** Where gcloud keeps the application default credentials. */
export function wellKnownFile(environment: Environment, platform: NodeJS.Platform = process.platform): string {
  const { CLOUDSDK_CONFIG: own = '', APPDATA: data = '', HOME: home = '' } = environment;
  const usual = platform === 'win32' ? join(data, 'gcloud') : join(home || homedir(), '.config', 'gcloud');
  return join(own || usual, 'application_default_credentials.json');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** Throws `LoginError` "missing" or "malformed" for a file that cannot be read; `why` is who names it. */
export async function readCredentialsFile(path: string, why: string): Promise<WrittenCredentials> {
  try {
    return { text: await readFile(path, 'utf8'), name: path };
  } catch (error) {
    const code = codeOf(error);
    const problem = code === 'ENOENT' ? 'missing' : 'malformed';
    const said = code === 'ENOENT' ? 'does not exist' : `cannot be read: ${code}`;
    throw new LoginError(problem, `the credentials file ${path}${why} ${said}`);
  }
}

/**
 * The file of the application default credentials; undefined when there is none. One that GOOGLE_APPLICATION_CREDENTIALS
 * names has to be there. Throws `LoginError`.
 */
export async function defaultFile(environment: Environment): Promise<WrittenCredentials | undefined> {
  const named = environment['GOOGLE_APPLICATION_CREDENTIALS'] ?? '';
  if (named !== '') return readCredentialsFile(named, ', which GOOGLE_APPLICATION_CREDENTIALS names,');
  const path = wellKnownFile(environment);
  try {
    return await readCredentialsFile(path, '');
  } catch (error) {
    if (error instanceof LoginError && error.problem === 'missing') return undefined;
    throw error;
  }
}
