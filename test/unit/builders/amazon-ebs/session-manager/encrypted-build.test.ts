import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KilnEvent } from '../../../../../core/events/event.ts';
import type { EncryptionPlan } from '../../../../support/ec2/session-manager/agent-encryption.ts';
import { lacks } from '../../../../support/needs.ts';
import { sessionPlace, type SessionPlace } from '../../../../support/session-place.ts';

async function encryptedPlace(plan: Partial<EncryptionPlan> = {}): Promise<SessionPlace> {
  const place = await sessionPlace();
  const keyId = place.ec2.addKmsKey('us-east-1', 'alias/sessions');
  place.ec2.world.sessions.encryption = { keyId, ...plan };
  return place;
}

const OLD = { old: true, keyId: 'alias/sessions' };

const denial = {
  code: 'AccessDeniedException',
  message:
    'User: arn:aws:iam::123456789012:user/tester is not authorized to perform: kms:GenerateDataKey on resource: *',
};

describe.skipIf(lacks(['/usr/sbin/sshd'], true))('a build over encrypted sessions', { timeout: 60_000 }, () => {
  it.each([
    ['the session, the instance and the random challenge of its agent', {}, 3],
    ['the session and the instance when the agent is older, and takes it by its alias', OLD, 2],
  ])('ties the key to %s', async (_, plan, members) => {
    await using place = await encryptedPlace(plan);
    place.ec2.world.sessions.trouble = { lose: 17, twice: 11, late: 7 };
    const source = join(place.directory, 'source');
    const back = join(place.directory, 'back');
    const bytes = randomBytes(100_000);
    writeFileSync(source, bytes);
    const { report } = await place.bake(place.options, {}, [
      { type: 'file', source, destination: `${source}.there` },
      { type: 'file', direction: 'download', source: `${source}.there`, destination: back },
    ]);
    expect(report.failure).toBeUndefined();
    expect(readFileSync(back).equals(bytes)).toBe(true);
    const [session] = place.ec2.world.sessions.all();
    const [input] = place.inputs('GenerateDataKey') as [{ EncryptionContext: object }];
    expect(input).toMatchObject({
      NumberOfBytes: 64,
      EncryptionContext: { 'aws:ssm:SessionId': session?.id, 'aws:ssm:TargetId': session?.target },
    });
    expect(Object.keys(input.EncryptionContext)).toHaveLength(members);
    expect(place.left()).toEqual([]);
    expect(place.ec2.broken).toEqual([]);
  });

  it('has another key for another session', async () => {
    await using place = await encryptedPlace();
    const { sessions } = place.ec2.world;
    const end = join(place.directory, 'end');
    const baking = place.bake({ ...place.options, ssh_read_write_timeout: '2s' }, {}, [
      { type: 'shell', inline: [`touch ${end}.there; sleep 100`], expect_disconnect: true },
      { type: 'shell', inline: [`echo x > ${end}`] },
    ]);
    await expect.poll(() => readFileSync(`${end}.there`, 'utf8'), { timeout: 60_000 }).toBe('');
    sessions.active().forEach((each) => sessions.end(each, 'idle for too long'));
    expect((await baking).report.failure).toBeUndefined();
    expect(readFileSync(end, 'utf8')).toBe('x\n');
    expect(place.inputs('GenerateDataKey')).toHaveLength(2);
  });

  it.each([
    [
      'may not have the key opened',
      'agent-denied',
      /Fetching data key failed.*AccessDenied/,
      /profile needs kms:Decrypt/,
    ],
    ['has another key', 'other-key', /not encrypted with the session's key/, undefined],
    ['sends no challenge', 'no-challenge', /does not show that it has the session's key/, undefined],
    ['takes no answer', 'answer-refused', /Encryption challenge does not match/, undefined],
  ] as const)('fails with an agent that %s, and says so', async (_, fault, message, hint) => {
    await using place = await encryptedPlace({ fault });
    const { report } = await place.bake(place.options);
    expect(report.failure).toMatchObject({ code: 'AMAZON_SESSION', message: expect.stringMatching(message) as string });
    if (hint === undefined) expect(report.failure?.hint).toBeUndefined();
    else expect(report.failure?.hint).toMatch(hint);
    expect(place.left()).toEqual([]);
    expect(place.ec2.broken).toEqual([]);
  });

  it('names the permission that is missing when KMS makes no key', async () => {
    await using place = await encryptedPlace();
    place.ec2.plan({ call: 'GenerateDataKey', error: denial });
    const { report } = await place.bake(place.options);
    expect(report.failure).toMatchObject({ code: 'AMAZON_SESSION' });
    expect(report.failure?.message).toContain('is not authorized to perform: kms:GenerateDataKey');
    expect(report.failure?.hint).toMatch(/who builds needs kms:GenerateDataKey/);
    expect(place.left()).toEqual([]);
  });

  it('says so when the key is not there', async () => {
    await using place = await encryptedPlace({ keyId: 'alias/gone' });
    const { report } = await place.bake(place.options);
    expect(report.failure).toMatchObject({ code: 'AMAZON_SESSION' });
    expect(report.failure?.message).toContain("Key 'alias/gone' does not exist");
    expect(place.left()).toEqual([]);
  });

  it('takes nothing that is changed on its way, and says why the connection is gone', async () => {
    await using place = await encryptedPlace({ fault: 'garbled' });
    const events: KilnEvent[] = [];
    const emit = (event: KilnEvent): void => void events.push(event);
    const { report } = await place.bake({ ...place.options, ssh_timeout: '3s' }, { emit });
    expect(report.outcome).toBe('failed');
    expect(JSON.stringify(events)).toContain("is over: what the agent says is not encrypted with the session's key");
    expect(place.left()).toEqual([]);
  });

  it('shows the key nowhere and writes it nowhere', async () => {
    const keys: Buffer[] = [];
    await using place = await encryptedPlace({ onKey: (key) => void keys.push(key) });
    const events: KilnEvent[] = [];
    const emit = (event: KilnEvent): void => void events.push(event);
    const { report } = await place.bake(place.options, { emit, debug: true }, [{ type: 'shell', inline: ['true'] }]);
    expect(report.failure).toBeUndefined();
    const written = readdirSync(join(place.directory, 'state'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    const everything = [JSON.stringify({ events, report }), ...written].join('\n');
    expect(everything).toContain('Session Manager');
    expect(keys).toHaveLength(1);
    for (const key of keys.flatMap((each) => [each, each.subarray(0, 32), each.subarray(32)])) {
      for (const encoding of ['hex', 'base64', 'latin1'] as const) {
        expect(everything).not.toContain(key.toString(encoding).slice(0, 40));
      }
      expect(everything).not.toContain(key.join(','));
    }
  });
});
