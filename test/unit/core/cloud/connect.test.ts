import { connect as dial } from 'node:net';
import { describe, expect } from 'vitest';
import { connectToInstance, type InstanceAccess, type Tunnel } from '../../../../core/cloud/connect.ts';
import { listenOnLoopback } from '../../../../core/cloud/listener.ts';
import { provisionInstance } from '../../../../core/cloud/provision.ts';
import type { CommunicatorOptions } from '../../../../core/communicators/options.gen.ts';
import type { BuildData } from '../../../../core/contract/build-run.ts';
import { CancelledError, StepError } from '../../../../core/errors/errors.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { handMadeBuild } from '../../../support/kiln/hand-made-build.ts';
import { testWithSshd } from '../../../support/ssh/test-with-sshd.ts';

const test = testWithSshd();

function options(given: object): CommunicatorOptions {
  return componentConfig('builders/null', { communicator: 'ssh', ssh_username: 'root', ...given });
}

function access(given: Partial<InstanceAccess> = {}): InstanceAccess {
  return {
    login: {},
    address: () => Promise.resolve('127.0.0.1'),
    gone: () => Promise.resolve(undefined),
    consoleTail: () => Promise.resolve(''),
    ...given,
  };
}

/** A port where nobody answers. */
async function silentPort(): Promise<{ readonly port: number; close(): void }> {
  return listenOnLoopback(0, () => new Promise(() => undefined));
}

interface Closing extends Tunnel {
  readonly closings: string[];
}

async function tunnelTo(port: number): Promise<Closing> {
  const closings: string[] = [];
  const listener = await listenOnLoopback(0, (socket) => {
    const far = dial(port, '127.0.0.1');
    far.on('error', () => socket.destroy());
    far.on('close', () => socket.destroy());
    socket.pipe(far).pipe(socket);
    return Promise.resolve();
  });
  const close = (): Promise<void> => {
    closings.push('closed');
    listener.close();
    return Promise.resolve();
  };
  return { port: listener.port, close, closings };
}

describe('an instance', () => {
  test('is reached at its address, with the key of the build', async ({ sshd }) => {
    const build = await handMadeBuild();
    const login = { privateKey: sshd.privateKey };
    const guest = await connectToInstance(options({ ssh_port: sshd.port }), access({ login }), build);
    expect((await guest.exec('exit 3', { signal: build.signal })).exitStatus).toBe(3);
    await guest.close();
    await build.releaseAll();
  });

  test('is provisioned through a tunnel, which is closed with the guest', async ({ sshd }) => {
    const tunnel = await tunnelTo(sshd.port);
    const done: string[] = [];
    let data: BuildData = {};
    const build = await handMadeBuild({
      provision: async (guest, given) => {
        data = given;
        done.push(`exit ${(await guest.exec('exit 0', { signal: new AbortController().signal })).exitStatus}`);
      },
    });
    const instance = {
      ...access({ login: { privateKey: sshd.privateKey }, tunnel: () => Promise.resolve(tunnel) }),
      data: { ID: 'instance-1' },
      afterwards: () => Promise.resolve(void done.push(`afterwards, ${tunnel.closings.length} closings`)),
    };
    await provisionInstance(options({}), instance, build);
    expect(done).toEqual(['exit 0', 'afterwards, 0 closings']);
    expect(tunnel.closings).toEqual(['closed']);
    expect(data).toMatchObject({ ID: 'instance-1', Host: '127.0.0.1', Port: tunnel.port, User: 'root' });
    expect(build.steps).toEqual(['connect']);
    await build.releaseAll();
  });

  test('that does not let Kiln in is shown with the end of its console', async ({ sshd }) => {
    const build = await handMadeBuild();
    const console = [...Array.from({ length: 20 }, (_, line) => `line ${line}`), 'the kernel has panicked'].join('\n');
    const tunnel = await tunnelTo(sshd.port);
    const instance = access({
      login: { password: 'wrong' },
      tunnel: () => Promise.resolve(tunnel),
      consoleTail: () => Promise.resolve(console),
    });
    const connecting = connectToInstance(options({ ssh_timeout: '1s', ssh_handshake_attempts: 1 }), instance, build);
    const error: unknown = await connecting.catch((each: unknown) => each);
    expect(error).toMatchObject({ code: 'SSH_LOGIN_REFUSED' });
    expect(String(error)).toContain("The end of the instance's console:\nline 6\n");
    expect(String(error)).toContain('the kernel has panicked');
    expect(tunnel.closings).toEqual(['closed']);
    await build.releaseAll();
  });

  test('that is gone is what went wrong, and not that nobody answers', async () => {
    const build = await handMadeBuild();
    const silent = await silentPort();
    const gone = (): Promise<StepError> =>
      Promise.resolve(new StepError('the instance was taken away', { code: 'CLOUD_GONE' }));
    const instance = access({ gone, lookEvery: 20, consoleTail: () => Promise.resolve('still booting') });
    const connecting = connectToInstance(options({ ssh_port: silent.port, ssh_timeout: '1m' }), instance, build);
    await expect(connecting).rejects.toMatchObject({ code: 'CLOUD_GONE', message: 'the instance was taken away' });
    silent.close();
    await build.releaseAll();
  });

  test('that is gone while it is provisioned is what went wrong, with what the provisioner made of it', async ({
    sshd,
  }) => {
    const broken = new StepError('the connection was lost', { code: 'COMMUNICATOR_LOST' });
    const build = await handMadeBuild({ provision: () => Promise.reject(broken) });
    const config = options({ ssh_port: sshd.port });
    const plain = {
      ...access({ login: { privateKey: sshd.privateKey } }),
      data: {},
      afterwards: () => Promise.resolve(),
    };
    await expect(provisionInstance(config, plain, build)).rejects.toBe(broken);
    const gone = (cause?: unknown): Promise<StepError> =>
      Promise.resolve(new StepError('the instance was taken away', { code: 'CLOUD_GONE', cause }));
    await expect(provisionInstance(config, { ...plain, gone }, build)).rejects.toMatchObject({
      code: 'CLOUD_GONE',
      cause: broken,
    });
    await build.releaseAll();
  });

  test('whose wait is cancelled is not looked into', async () => {
    const silent = await silentPort();
    const cancelling = new AbortController();
    const build = await handMadeBuild({ signal: cancelling.signal });
    const instance = access({ consoleTail: () => Promise.reject(new Error('nobody asks')) });
    const connecting = connectToInstance(options({ ssh_port: silent.port }), instance, build);
    setTimeout(() => cancelling.abort(), 50);
    await expect(connecting).rejects.toBeInstanceOf(CancelledError);
    silent.close();
    await build.releaseAll();
  });
});
