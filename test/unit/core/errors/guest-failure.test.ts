import { expect, test } from 'vitest';
import { CommandError, StepError, TimeoutError } from '../../../../core/errors/errors.ts';
import {
  guestLost,
  guestNotAsked,
  guestRefused,
  isGuestBooting,
  isGuestUnreachable,
} from '../../../../core/errors/guest-failure.ts';

test.each([
  ['a lost connection', guestLost(), [true, true]],
  ['no connection', guestNotAsked('no'), [true, true]],
  ['a server that declines', guestRefused('no'), [true, true]],
  ['a wait that ran out', new TimeoutError('late', { code: 'SSH_TIMEOUT' }), [true, true]],
  ['a refused login', new StepError('no', { code: 'SSH_LOGIN_REFUSED', guest: 'not-ready' }), [false, true]],
  ['a script that failed', new CommandError('no', { code: 'SCRIPT_FAILED', exitStatus: 1 }), [false, false]],
  ['a bug', new TypeError('no'), [false, false]],
])('what of %s may go well another time', (_what, error, expected) => {
  expect([isGuestUnreachable(error), isGuestBooting(error)]).toEqual(expected);
});
