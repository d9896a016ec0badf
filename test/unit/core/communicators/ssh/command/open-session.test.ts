import { expect, it } from 'vitest';
import { openSession } from '../../../../../../core/communicators/ssh/command/open-session.ts';
import { overLogins } from '../../../../../../core/communicators/ssh/command/retry.ts';
import type { SshConnection, Start } from '../../../../../../core/communicators/ssh/connection.ts';
import { guestLost, guestNotAsked } from '../../../../../../core/errors/guest-failure.ts';

const request = { terminal: false, forwardAgent: false, signal: new AbortController().signal };

/** A login that answers one `start` after the other so, and is gone after the last one when it `dies`. */
function loginWith(
  answers: readonly Start<never>[],
  dies: boolean,
): { readonly login: SshConnection; readonly asked: () => number } {
  let asked = 0;
  const isGone = (): boolean => dies && asked >= answers.length;
  const login = {
    get ended() {
      return isGone() ? Promise.resolve('gone') : new Promise<string>(() => undefined);
    },
    alive: () => !isGone(),
    start: () => Promise.resolve(answers[asked++] ?? { started: 'runs' }),
  } as unknown as SshConnection;
  return { login, asked: () => asked };
}

function open({ login }: { readonly login: SshConnection }): Promise<unknown> {
  return openSession(login, 'true', request, () => 'runs');
}

it('a session that the server does not open is asked for again, and whatever else went wrong is not', async () => {
  const busy = loginWith([{ refused: 'no more sessions' }, { refused: 'no more sessions' }], false);
  expect(await open(busy)).toBe('runs');
  expect(busy.asked()).toBe(3);
  for (const answer of [{ unconfirmed: 'declined' }, { notSent: 'no terminal' }]) {
    const declining = loginWith([answer], false);
    await expect(open(declining)).rejects.toMatchObject({ code: 'COMMUNICATOR_REFUSED', guest: 'refused' });
    expect(declining.asked()).toBe(1);
  }
});

it('a command that the guest never got is told from one that it may have got', async () => {
  expect(await open(loginWith([{ unconfirmed: 'gone' }], true))).toBeUndefined();
  for (const answer of [{ notSent: 'gone' }, { refused: 'gone' }]) {
    await expect(open(loginWith([answer], true))).rejects.toMatchObject({
      code: 'COMMUNICATOR_NOT_STARTED',
      guest: 'unreachable',
    });
  }
});

it('only what the guest never got is done over a second login, and over no third', async () => {
  const { login } = loginWith([], false);
  const link = { login: () => Promise.resolve(login) };
  const tries = async (failure: Error): Promise<number> => {
    let count = 0;
    const work = (): Promise<never> => {
      count += 1;
      return Promise.reject(failure);
    };
    await expect(overLogins(link, request.signal, work)).rejects.toBe(failure);
    return count;
  };
  expect(await tries(guestNotAsked('no connection'))).toBe(2);
  expect(await tries(guestLost())).toBe(1);
});
