import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { StepError } from '../../../../../../core/errors/errors.ts';
import { withSftp } from '../../../../../../core/communicators/ssh/files/sftp-session.ts';

/** A session of a connection that lives; it ends while `error` is what its requests are given up by. */
async function failureOf(error: Error): Promise<unknown> {
  const sftp = Object.assign(new EventEmitter(), { end: () => undefined });
  const login = {
    alive: () => true,
    ended: new Promise<string>(() => undefined),
    lag: 0,
    openSftp: () => Promise.resolve(sftp),
  };
  const source = { login: () => Promise.resolve(login) } as unknown as Parameters<typeof withSftp>[0];
  const signal = new AbortController().signal;
  return withSftp(source, 'writing', signal, async () => {
    const given = Promise.reject(error);
    sftp.emit('end');
    return given;
  }).catch((failure: unknown) => failure);
}

test('requests that the end of a session gives up are lost, as it shows before the end of the connection', async () => {
  expect(await failureOf(new Error('No response from server'))).toMatchObject({ code: 'COMMUNICATOR_LOST' });
});

test('what the server has answered stays so', async () => {
  const answer = new StepError('refused', { code: 'FILE_SERVER_REFUSED' });
  expect(await failureOf(answer)).toBe(answer);
});
