import { Readable, PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Communicator } from '../../../../../core/contract/communicator.ts';
import { logInTo, quietRun } from '../../../../support/winrm/log-in.ts';
import { WindowsFault } from '../../../../support/winrm/shells.ts';
import { startWinrmServer, type WinrmServer, type WinrmServerOptions } from '../../../../support/winrm/server.ts';

const signal = new AbortController().signal;

async function guestOf(
  options: WinrmServerOptions,
): Promise<{ server: WinrmServer; guest: Communicator; heard: string[] }> {
  const server = await startWinrmServer(options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const run = quietRun();
  const guest = await logInTo(server, { ntlm: options.auth === 'ntlm' }, run);
  onTestFinished(() => guest.close());
  return { server, guest, heard: run.heard };
}

describe.each(['basic', 'ntlm'] as const)('over HTTP with %s', (auth) => {
  let server: WinrmServer;
  let guest: Communicator;
  beforeAll(async () => {
    server = await startWinrmServer({ auth, longestPoll: 500 });
    guest = await logInTo(server, { ntlm: auth === 'ntlm' });
  });
  afterAll(async () => {
    await guest.close();
    await server[Symbol.asyncDispose]();
  });

  test('it says that the guest is a Windows and where it is', () => {
    expect(guest).toMatchObject({ kind: 'winrm', system: 'windows', terminal: false });
    expect(guest.address).toMatchObject({ host: '127.0.0.1', port: server.port, user: 'Administrator' });
  });

  test('a command gives its output by line and stream, and its status', async () => {
    const lines: string[] = [];
    const onLine = (stream: string, line: string): void => void lines.push(`${stream} ${line}`);
    const result = await guest.exec('echo "a <b> & ü"; echo wrong >&2; exit 7', { signal, onLine });
    expect(result).toMatchObject({ exitStatus: 7, disconnected: false });
    expect(result.outputTail).toContain('a <b> & ü');
    expect(lines.sort()).toEqual(['stderr wrong', 'stdout a <b> & ü']);
  });

  test('a command without input reads end-of-file', async () => {
    expect(await guest.exec('cat; echo done', { signal })).toMatchObject({ exitStatus: 0, outputTail: 'done\n' });
  });

  test('input of any length arrives whole', async () => {
    const input = Buffer.alloc(500_001, 'abc\n');
    const stdin = Readable.from([input.subarray(0, 3), input.subarray(3)], { objectMode: false });
    expect((await guest.exec('wc -c', { signal, stdin })).outputTail.trim()).toBe('500001');
  });

  test('a command that does not read its input is not waited for', async () => {
    const stdin = Readable.from(endless(), { objectMode: false });
    expect(await guest.exec('head -c 10 >/dev/null; exit 4', { signal, stdin })).toMatchObject({ exitStatus: 4 });
  });

  test('a command that is silent for longer than a question stays open goes on', async () => {
    const result = await guest.exec('sleep 1.3; echo late', { signal });
    expect(result).toMatchObject({ exitStatus: 0, outputTail: 'late\n' });
  });

  test('output goes to a stream as it is', async () => {
    const stdout = new PassThrough();
    const [written, result] = await Promise.all([
      text(stdout),
      guest.exec('yes 1234567 | head -c 300000', { signal, stdout }),
    ]);
    expect(written).toHaveLength(300_000);
    expect(result).toMatchObject({ exitStatus: 0, outputTail: '' });
  });

  test('commands side by side keep to themselves', async () => {
    const results = await Promise.all([1, 2, 3].map((n) => guest.exec(`sleep 0.2; echo ${n}`, { signal })));
    expect(results.map(({ outputTail }) => outputTail)).toEqual(['1\n', '2\n', '3\n']);
  });

  test('a command that takes too long is ended in the guest', async () => {
    const late = guest.exec('sleep 600', { signal, timeout: 400 });
    await expect(late).rejects.toMatchObject({ code: 'COMMUNICATOR_TIMEOUT' });
    await expect.poll(() => server.shells.count()).toBe(0);
    expect(server.requests).toContain('Signal');
  });

  test('a command is ended when the run is cancelled', async () => {
    const cancelling = new AbortController();
    const running = guest.exec('echo begun; sleep 600', {
      signal: cancelling.signal,
      onLine: () => cancelling.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect.poll(() => server.shells.count()).toBe(0);
  });

  test('input that cannot be read ends the command', async () => {
    const stdin = new Readable({ read: () => undefined });
    setTimeout(() => stdin.destroy(new Error('the disk is gone')), 50);
    await expect(guest.exec('sleep 600', { signal, stdin })).rejects.toThrow('the disk is gone');
    await expect.poll(() => server.shells.count()).toBe(0);
  });

  test('the server has nothing to complain of, and every shell was removed', () => {
    expect(server.complaints).toEqual([]);
    expect(server.shells.count()).toBe(0);
    if (auth === 'ntlm') expect(server.logins()).toBeLessThan(10);
  });
});

async function* endless(): AsyncGenerator<Buffer> {
  for (let count = 0; count < 10_000; count++) yield await Promise.resolve(Buffer.alloc(50_000));
}

test('a command whose guest goes down is disconnected, and the next one finds the guest again', async () => {
  const { server, guest } = await guestOf({});
  const running = guest.exec('echo going; sleep 600', {
    signal,
    onLine: () => void server.restart(() => running),
  });
  expect(await running).toMatchObject({ exitStatus: undefined, disconnected: true });
  await guest.reconnect({ signal, timeout: 10_000 });
  expect(await guest.exec('echo back', { signal })).toMatchObject({ exitStatus: 0, outputTail: 'back\n' });
});

test('a question for output that is cut off is asked again, and it is said that output may be missing', async () => {
  let cuts = 1;
  let armed = false;
  const { guest, heard } = await guestOf({
    judge: ({ action }) => (action === 'Receive' && armed && cuts-- > 0 ? 'cut' : 'answer'),
  });
  armed = true;
  expect(await guest.exec('echo whole', { signal })).toMatchObject({ exitStatus: 0, outputTail: 'whole\n' });
  expect(heard.at(-1)).toContain('some of its output may be missing');
});

test('a command of which nobody knows whether it was started is not started again', async () => {
  let armed = false;
  const { server, guest } = await guestOf({
    auth: 'ntlm',
    judge: ({ action }) => (armed && action === 'Command' ? 'cut after acting' : 'answer'),
  });
  const before = server.shells.lines.length;
  armed = true;
  expect(await guest.exec('echo once', { signal })).toMatchObject({ exitStatus: undefined, disconnected: true });
  expect(server.shells.lines.slice(before)).toEqual(['echo once']);
});

test('a connection that the guest had closed meanwhile is made anew', async () => {
  const { server, guest } = await guestOf({ auth: 'ntlm' });
  await server.restart(() => Promise.resolve());
  expect(await guest.exec('echo again', { signal })).toMatchObject({ exitStatus: 0 });
  expect(server.complaints).toEqual([]);
});

test('too many shells are waited for', async () => {
  let refusals = 2;
  let armed = false;
  const { guest } = await guestOf({
    judge: ({ action }) =>
      armed && action === 'Create' && refusals-- > 0
        ? new WindowsFault('2150859173', 'This user is allowed a maximum number of 5 concurrent shells.')
        : 'answer',
  });
  armed = true;
  expect(await guest.exec('echo in', { signal })).toMatchObject({ outputTail: 'in\n' });
  expect(refusals).toBeLessThan(0);
});

test.each([
  ['5', 'Access is denied.', 'administrator'],
  ['1', 'Incorrect function.', undefined],
])("Windows' fault %s (%s) is told with its text and number", async (code, text, hint) => {
  let armed = false;
  const { guest } = await guestOf({
    judge: ({ action }) => (armed && action === 'Command' ? new WindowsFault(code, text) : 'answer'),
  });
  armed = true;
  const error: unknown = await guest.exec('echo', { signal }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'COMMUNICATOR_REFUSED' });
  expect(String(error)).toContain(`${text} (error ${code})`);
  if (hint === undefined) expect(error).toMatchObject({ hint: undefined });
  else expect(error).toMatchObject({ hint: expect.stringContaining(hint) as string });
});

test('nothing runs on a closed connection', async () => {
  const { guest } = await guestOf({});
  await guest.close();
  await expect(guest.exec('echo', { signal })).rejects.toMatchObject({ code: 'COMMUNICATOR_CLOSED' });
});
