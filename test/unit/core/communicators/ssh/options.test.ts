import { describe, expect, test } from 'vitest';
import type { CommunicatorOptions } from '../../../../../core/communicators/options.gen.ts';
import { sshOptionsFrom } from '../../../../../core/communicators/ssh/config.ts';
import { checkCommunicator } from '../../../../../core/communicators/connect-guest.ts';
import { parseTunnel } from '../../../../../core/communicators/ssh/tunnels/tunnel-spec.ts';
import { componentConfig, prepareContext } from '../../../../support/component-config.ts';

function config(given: Partial<CommunicatorOptions> = {}): CommunicatorOptions {
  return { ...componentConfig<CommunicatorOptions>('builders/null', { ssh_username: 'admin' }), ...given };
}

function found(
  given: Partial<CommunicatorOptions>,
  files: readonly string[] = [],
  environment = {},
): readonly string[] {
  const variables: Readonly<Record<string, string>> = { HOME: '/home/me', ...environment };
  const context = {
    statPath: (path: string) => (files.includes(path) ? ('file' as const) : undefined),
    readStart: () => undefined,
    environment: (name: string) => variables[name],
  };
  return checkCommunicator(config(given), context, '/inner').map(({ code, pointer }) => `${code} ${pointer}`);
}

describe('what the template says of SSH', () => {
  test.each([
    [{}, { timeout: 300_000, attempts: 10 }],
    [{ ssh_timeout: 60_000 }, { timeout: 60_000, attempts: 0 }],
    [{ ssh_handshake_attempts: 3 }, { timeout: 86_400_000, attempts: 3 }],
    [
      { ssh_timeout: 60_000, ssh_handshake_attempts: 3 },
      { timeout: 60_000, attempts: 3 },
    ],
    [
      { ssh_wait_timeout: 90_000, ssh_timeout: 60_000 },
      { timeout: 90_000, attempts: 0 },
    ],
  ])('limits the wait as in Packer: %j', (given, limits) => {
    expect(sshOptionsFrom(config(given))).toMatchObject(limits);
  });

  test('yields to what the builder knows', () => {
    const given = config({ ssh_host: 'a', ssh_port: 1, ssh_private_key_file: '/k' });
    const known = { host: 'b', port: 2, username: 'c', privateKey: 'text', privateKeyFile: '/t' };
    expect(sshOptionsFrom(given, known).guest).toMatchObject(known);
    expect(sshOptionsFrom(given).guest).toMatchObject({ host: 'a', port: 1, username: 'admin', privateKeyFile: '/k' });
  });

  test("lends the guest's key file to the jump host, unless that has a password", () => {
    const given = { ssh_bastion_host: 'jump', ssh_private_key_file: '/k' };
    expect(sshOptionsFrom(config(given)).bastion).toMatchObject({ privateKeyFile: '/k', username: 'admin', port: 22 });
    const withPassword = sshOptionsFrom(config({ ...given, ssh_bastion_password: 'x' })).bastion;
    expect(withPassword).toMatchObject({ privateKeyFile: undefined, password: 'x' });
  });

  test('forwards the agent only when that is said, and lets negative intervals switch keepalives off', () => {
    expect(sshOptionsFrom(config()).forwardAgent).toBe(false);
    expect(sshOptionsFrom(config({ ssh_disable_agent_forwarding: true })).forwardAgent).toBe(false);
    expect(sshOptionsFrom(config({ ssh_disable_agent_forwarding: false })).forwardAgent).toBe(true);
    expect(sshOptionsFrom(config({ ssh_keep_alive_interval: -1 })).keepAliveInterval).toBe(0);
  });

  test('names no user is a mistake, but with the communicator none', () => {
    const { ssh_username: _username, ...nameless } = config({});
    const codes = (given: CommunicatorOptions): readonly string[] =>
      checkCommunicator(given, prepareContext(), '/inner').map(({ code, pointer }) => `${code} ${pointer}`);
    expect(codes(nameless)).toEqual(['SSH_USERNAME_REQUIRED /inner']);
    expect(codes({ ...nameless, communicator: 'none' })).toEqual([]);
  });

  test.each([
    [{}, []],
    [{ ssh_private_key_file: '~/key' }, []],
    [{ ssh_private_key_file: '~/other' }, ['SSH_KEY_FILE_MISSING /inner/ssh_private_key_file']],
    [{ ssh_agent_auth: true }, ['SSH_AGENT_MISSING /inner/ssh_agent_auth']],
    [{ ssh_bastion_host: 'j' }, ['SSH_BASTION_LOGIN_MISSING /inner/ssh_bastion_host']],
    [
      { ssh_bastion_host: 'j', ssh_bastion_password: 'x', ssh_proxy_host: 'p' },
      ['SSH_BASTION_AND_PROXY /inner/ssh_proxy_host'],
    ],
    [{ ssh_local_tunnels: ['1:a:2', 'x'] }, ['SSH_TUNNEL_MALFORMED /inner/ssh_local_tunnels/1']],
    [
      { temporary_key_pair_type: 'ecdsa' as const, temporary_key_pair_bits: 1024 },
      ['SSH_KEY_BITS /inner/temporary_key_pair_bits'],
    ],
    [{ temporary_key_pair_type: 'rsa' as const, temporary_key_pair_bits: 2048 }, []],
  ])('is checked: %j', (given, diagnostics) => {
    expect(found(given, ['/home/me/key'])).toEqual(diagnostics);
  });

  test('an agent that is there is enough', () => {
    expect(found({ ssh_agent_auth: true }, [], { SSH_AUTH_SOCK: '/agent' })).toEqual([]);
  });

  test.each([
    ['8080:localhost:80', { port: 8080, host: 'localhost', hostPort: 80 }],
    ['8080:[::1]:80', { port: 8080, host: '::1', hostPort: 80 }],
    ['8080:localhost', undefined],
    ['70000:localhost:80', undefined],
    ['80:localhost:0', undefined],
  ])('tunnel %s is read', (spec, tunnel) => {
    expect(parseTunnel(spec)).toEqual(tunnel);
  });
});
