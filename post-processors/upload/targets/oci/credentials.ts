import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isObject, type JsonValue } from '../../../../plugins/sdk/index.ts';
import { runProgram } from '../../../../plugins/sdk/host.ts';

export interface RegistryLogin {
  readonly user: string;
  readonly password: string;
}

async function read(path: string): Promise<JsonValue> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as JsonValue;
  } catch {
    return null;
  }
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(value) ? value[name] : undefined;
}

/** Asks a program that keeps logins for docker and its kin. */
async function fromHelper(helper: string, registry: string, signal: AbortSignal): Promise<RegistryLogin | undefined> {
  try {
    const { stdout } = await runProgram(`docker-credential-${helper}`, ['get'], { signal, stdin: registry });
    const answer = JSON.parse(stdout) as JsonValue;
    const [user, password] = [member(answer, 'Username'), member(answer, 'Secret')];
    return typeof user === 'string' && typeof password === 'string' ? { user, password } : undefined;
  } catch {
    return undefined;
  }
}

/** Who logs in to a registry by docker's configuration; undefined when it does not say. */
export async function dockerLogin(registry: string, signal: AbortSignal): Promise<RegistryLogin | undefined> {
  const directory = process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker');
  const config = await read(join(directory, 'config.json'));
  const auth = member(member(member(config, 'auths'), registry), 'auth');
  if (typeof auth === 'string' && auth !== '') {
    const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(auth, 'base64').toString('utf8')) ?? [];
    if (user !== undefined && password !== undefined) return { user, password };
  }
  const helper = member(member(config, 'credHelpers'), registry) ?? member(config, 'credsStore');
  return typeof helper === 'string' ? fromHelper(helper, registry, signal) : undefined;
}
