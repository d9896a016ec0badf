import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../../core/contract/json.ts';
import { amazonPlace, type AmazonPlace } from '../../../../support/ec2/amazon-run.ts';
import { lacks } from '../../../../support/kiln/needs.ts';
import type { TestSessions } from '../../../../support/ec2/session-manager/sessions.ts';
import { freePort } from '../../../../support/ssh/sshd.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kiln-ssm-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const PATIENT = { timeout: 60_000, interval: 20 };

async function placeWithGuest(): Promise<AmazonPlace & { readonly options: JsonObject; readonly port: number }> {
  const port = await freePort();
  const place = await amazonPlace({ guest: { kind: 'sshd', port }, durations: { checks: 20_000 } });
  const options = {
    communicator: 'ssh',
    ssh_username: 'root',
    ssh_port: port,
    ssh_interface: 'session_manager',
    ssh_clear_authorized_keys: false,
    temporary_iam_instance_profile_policy_document: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['ssm:UpdateInstanceInformation', 'ssmmessages:*'], Resource: ['*'] }],
    },
    skip_create_ami: true,
  };
  return { ...place, options, port };
}

/** A script that says how far it is, and goes on when the test has seen it. */
function gate(name: string): string {
  return `touch ${directory}/${name}.there; while ! test -e ${directory}/${name}.go; do sleep 0.05; done`;
}
async function reached(name: string): Promise<void> {
  await expect.poll(() => existsSync(join(directory, `${name}.there`)), PATIENT).toBe(true);
}
function goOn(name: string): void {
  writeFileSync(join(directory, `${name}.go`), '');
}

describe.skipIf(lacks(['/usr/sbin/sshd'], true))('a build over Session Manager', { timeout: 120_000 }, () => {
  it('reaches an instance that lets nobody in, and ends the session', async () => {
    await using place = await placeWithGuest();
    const { report, said } = await place.bake(place.options, {}, [
      { type: 'shell', inline: [`echo done > ${directory}/result`] },
    ]);
    expect(report.failure).toBeUndefined();
    expect(readFileSync(join(directory, 'result'), 'utf8')).toBe('done\n');
    expect(place.calls()).not.toContain('AuthorizeSecurityGroupIngress');
    expect(place.inputs('StartSession').at(-1)).toMatchObject({
      DocumentName: 'AWS-StartPortForwardingSession',
      Parameters: { portNumber: [String(place.port)] },
    });
    expect(place.calls()).toContain('TerminateSession');
    expect(said.join('\n')).toMatch(/port \d+ of this machine leads to port \d+ of the instance/);
    expect(place.left()).toEqual([]);
    expect(place.ec2.broken).toEqual([]);
  });

  it('carries files both ways though messages are lost, come twice and in another order', async () => {
    await using place = await placeWithGuest();
    place.ec2.world.sessions.trouble = { lose: 17, twice: 11, late: 7 };
    const source = join(directory, 'source');
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index) % 251));
    writeFileSync(source, bytes);
    const { report } = await place.bake(place.options, {}, [
      { type: 'file', source, destination: `${directory}/there` },
      { type: 'file', direction: 'download', source: `${directory}/there`, destination: `${directory}/back` },
    ]);
    expect(report.failure).toBeUndefined();
    expect(readFileSync(join(directory, 'there')).equals(bytes)).toBe(true);
    expect(readFileSync(join(directory, 'back')).equals(bytes)).toBe(true);
  });

  it('goes on with the same session when the way to it breaks', async () => {
    await using place = await placeWithGuest();
    const { sessions } = place.ec2.world;
    const baking = place.bake(place.options, {}, [
      { type: 'shell', inline: [gate('middle'), `echo x > ${directory}/end`] },
    ]);
    await reached('middle');
    sessions.cut();
    goOn('middle');
    expect((await baking).report.failure).toBeUndefined();
    expect(existsSync(join(directory, 'end'))).toBe(true);
    expect(place.calls().filter((call) => call === 'ResumeSession').length).toBeGreaterThan(0);
    expect(sessions.all()).toHaveLength(1);
  });

  async function goesOnAfter(end: (sessions: TestSessions) => void): Promise<void> {
    await using place = await placeWithGuest();
    const { sessions } = place.ec2.world;
    const baking = place.bake({ ...place.options, ssh_read_write_timeout: '2s' }, {}, [
      { type: 'shell', inline: [gate('middle')], expect_disconnect: true },
      { type: 'shell', inline: [`echo x > ${directory}/end`] },
    ]);
    await reached('middle');
    end(sessions);
    goOn('middle');
    expect((await baking).report.failure).toBeUndefined();
    expect(existsSync(join(directory, 'end'))).toBe(true);
    expect(sessions.all()).toHaveLength(2);
    expect(place.left()).toEqual([]);
  }

  it('starts another session when AWS closes the first one', async () => {
    await goesOnAfter((sessions) => sessions.active().forEach((each) => sessions.end(each, 'idle for too long')));
  });

  // That the agent is gone counts only after half a minute.
  it.skipIf(process.env['KILN_LONG_TESTS'] !== '1')(
    'starts another session when the agent says no more (tried with KILN_LONG_TESTS=1)',
    async () => {
      await goesOnAfter((sessions) => sessions.active().forEach(({ agent }) => agent.freeze()));
    },
  );

  it('ends a session that was started though no reply ever came', async () => {
    await using place = await placeWithGuest();
    // The first question is a refusal: the agent is not there yet.
    place.ec2.plan({ call: 'StartSession', skip: 1, after: 'reply-lost' });
    place.ec2.advance(600_000);
    const { report } = await place.bake({ ...place.options, max_retries: 0 });
    expect(report.failure?.code).toBe('AMAZON_UNREACHABLE');
    expect(place.ec2.world.sessions.all()).toHaveLength(1);
    expect(place.left()).toEqual([]);
  });

  it('leaves no session when the build is cancelled', async () => {
    await using place = await placeWithGuest();
    const cancel = new AbortController();
    const baking = place.bake(place.options, { signal: cancel.signal }, [{ type: 'shell', inline: [gate('middle')] }]);
    await reached('middle');
    cancel.abort();
    expect((await baking).report.outcome).toBe('cancelled');
    goOn('middle');
    expect(place.ec2.world.sessions.all()).toHaveLength(1);
    expect(place.left()).toEqual([]);
  });

  it('listens at session_manager_port, and says so when something else does', async () => {
    await using place = await placeWithGuest();
    const session_manager_port = await freePort();
    const { said } = await place.bake({ ...place.options, session_manager_port });
    expect(said.join('\n')).toContain(`port ${session_manager_port} of this machine`);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(session_manager_port, '127.0.0.1', resolve));
    const { report } = await place.bake({ ...place.options, session_manager_port });
    other.close();
    expect(report.failure).toMatchObject({ code: 'AMAZON_PORT' });
    expect(place.left()).toEqual([]);
  });

  it.each([
    ['an agent that is too old', { agentVersion: '2.3.722.0' }, /agent is 2\.3\.722\.0, and has to be at least/],
    [
      'an encrypted session',
      { actions: [{ ActionType: 'KMSEncryption', ActionParameters: { KMSKeyId: 'key' } }] },
      /encrypt the session with a key of KMS/,
    ],
  ])('fails with %s, and says so', async (_, how, message) => {
    await using place = await placeWithGuest();
    Object.assign(place.ec2.world.sessions, how);
    const { report } = await place.bake(place.options);
    expect(report.failure).toMatchObject({ code: 'AMAZON_SESSION' });
    expect(report.failure?.message).toMatch(message);
    expect(place.left()).toEqual([]);
  });

  it('says what the instance needs when it never connects to Session Manager', async () => {
    await using place = await placeWithGuest();
    const { report } = await place.bake({
      ...place.options,
      temporary_iam_instance_profile_policy_document: null,
      ssh_timeout: '1s',
    });
    expect(report.failure).toMatchObject({ code: 'AMAZON_TIMEOUT' });
    expect(report.failure?.hint).toContain('AmazonSSMManagedInstanceCore');
    expect(place.left()).toEqual([]);
  });
});
