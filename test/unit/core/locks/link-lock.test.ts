import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freeLinkLock, isLinkLockOf, takeLinkLock, takeOverLinkLock } from '../../../../core/locks/link-lock.ts';
import { thisOwner, type RunOwner } from '../../../../core/locks/owner.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kiln-link-lock-'));
  path = join(directory, 'lock');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function left(owner: Partial<RunOwner>): void {
  symlinkSync(JSON.stringify({ token: 'theirs', owner: { ...thisOwner(), ...owner } }), path);
}

it('a lock is for one at a time, and only whoever took it gives it back', async () => {
  expect(await takeLinkLock(path, 'first')).toBe('taken');
  expect(await takeLinkLock(path, 'second')).toEqual({ holder: thisOwner() });
  await freeLinkLock(path, 'second');
  expect(await isLinkLockOf(path, 'first')).toBe(true);
  await freeLinkLock(path, 'first');
  expect(await takeLinkLock(path, 'second')).toBe('taken');
});

it.each([
  ['of a process whose number another has now', { started: thisOwner().started.replace(/:.*/, ':1') }],
  ['of a process that has gone', { pid: 2 ** 22 + 1 }],
])('a lock %s is broken', async (_what, owner) => {
  left(owner);
  expect(await takeLinkLock(path, 'mine')).toBe('taken');
  expect(readdirSync(directory)).toEqual(['lock']);
});

it.each([
  ['of another container', { namespace: 'pid:[1]' }],
  ['of another machine', { machine: 'another' }],
])('a lock %s counts as long as nothing is known of its owner', async (_what, owner) => {
  left(owner);
  expect(await takeLinkLock(path, 'mine')).toMatchObject({ holder: owner });
});

it.each(['{"token":"theirs","owner":{"pid":1', '\u{fffd}', '{'])('half a record is nobody\u2019s: %j', async (text) => {
  symlinkSync(text, path);
  expect(await takeLinkLock(path, 'mine')).toBe('taken');
  expect(await isLinkLockOf(path, 'mine')).toBe(true);
  expect(readdirSync(directory)).toEqual(['lock']);
});

it('what is no lock is in the way, and stays', async () => {
  writeFileSync(path, '{');
  expect(await takeLinkLock(path, 'mine')).toBe('stuck');
  expect(existsSync(path)).toBe(true);
  rmSync(path);
  symlinkSync('{"another":"thing"}', path);
  expect(await takeLinkLock(path, 'mine')).toBe('stuck');
  expect(readlinkSync(path)).toBe('{"another":"thing"}');
});

it('a lock is taken over by its token, from nobody, and from one who is gone; not from another who lives', async () => {
  expect(await takeOverLinkLock(path, 'mine')).toBe('taken');
  expect(await takeOverLinkLock(path, 'mine')).toBe('taken');
  expect(await takeOverLinkLock(path, 'other')).toEqual({ holder: thisOwner() });
  rmSync(path);
  left({ pid: 2 ** 22 + 1 });
  expect(await takeOverLinkLock(path, 'mine')).toBe('taken');
  expect(readdirSync(directory)).toEqual(['lock']);
});
