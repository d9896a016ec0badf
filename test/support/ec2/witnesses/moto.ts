import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import { freePort } from '../../ssh/sshd.ts';

/** moto, another one's EC2, which also looks whether images, key pairs and instance types are there. */
export interface Moto extends AsyncDisposable {
  readonly endpoint: string;
}

/** Starts moto with this Python; it stops with its scope. */
export async function startMoto(python: string): Promise<Moto> {
  const port = await freePort();
  const env = {
    ...process.env,
    MOTO_ENABLE_AMI_VALIDATION: 'true',
    MOTO_ENABLE_KEYPAIR_VALIDATION: 'true',
    MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION: 'true',
  };
  const server = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { env, stdio: 'ignore' });
  const ended = once(server, 'exit');
  const endpoint = `http://127.0.0.1:${port}`;
  const moto: Moto = {
    endpoint,
    [Symbol.asyncDispose]: async () => {
      server.kill('SIGKILL');
      await ended;
    },
  };
  const answers = (): Promise<boolean> =>
    fetch(`${endpoint}/moto-api/`).then(
      (answer) => answer.ok,
      () => false,
    );
  try {
    await expect.poll(answers, { timeout: 60_000 }).toBe(true);
  } catch (error) {
    await moto[Symbol.asyncDispose]();
    throw error;
  }
  return moto;
}
