import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Communicator } from '../../../../../../core/contract/communicator.ts';
import { recordWriter } from '../../../../../../core/communicators/winrm/files/record-writer.ts';
import { logInTo, quietRun } from '../../../../../support/winrm/log-in.ts';
import { startWinrmServer, type WinrmServer } from '../../../../../support/winrm/server.ts';

const signal = new AbortController().signal;
let server: WinrmServer;
let guest: Communicator;
let here: string;
let verdicts: { action: string; verdict: 'cut' | 'answer' }[] = [];
const run = quietRun();

beforeAll(async () => {
  server = await startWinrmServer({
    auth: 'ntlm',
    judge: ({ action }) => (verdicts[0]?.action === action ? (verdicts.shift()?.verdict ?? 'answer') : 'answer'),
  });
  guest = await logInTo(server, { ntlm: true }, run);
  here = mkdtempSync(join(tmpdir(), 'kiln-winrm-here-'));
});
beforeEach(() => {
  verdicts = [];
  rmSync(join(server.directory, 'c:/faulty-disk'), { force: true });
});
afterAll(async () => {
  await guest.close();
  expect(server.complaints).toEqual([]);
  await server[Symbol.asyncDispose]();
  rmSync(here, { recursive: true });
});

function inGuest(path: string): string {
  return join(server.directory, path);
}

test.each([0, 60_000, 1_000_003])('a file of %i bytes goes there and back', async (size) => {
  const bytes = randomBytes(size);
  const [from, back] = [join(here, 'from'), join(here, 'back')];
  writeFileSync(from, bytes);
  await guest.upload({ path: from }, 'C:\\Windows\\Temp\\file.bin', { signal });
  expect(readFileSync(inGuest('c:/Windows/Temp/file.bin')).equals(bytes)).toBe(true);
  await guest.download('c:/Windows/Temp/file.bin', back, { signal });
  expect(readFileSync(back).equals(bytes)).toBe(true);
});

test('content is written, directories are made, and a directory as destination keeps the name', async () => {
  await guest.upload({ content: 'Grüße' }, "c:/new/it's/here.txt", { signal });
  expect(readFileSync(inGuest("c:/new/it's/here.txt"), 'utf8')).toBe('Grüße');
  writeFileSync(join(here, 'name.txt'), 'n');
  await guest.upload({ path: join(here, 'name.txt') }, '$env:TEMP\\', { signal });
  expect(readFileSync(inGuest('c:/Windows/Temp/name.txt'), 'utf8')).toBe('n');
});

test('data that were changed on their way are noticed, and what was there stays', async () => {
  await guest.upload({ content: 'good' }, 'c:/kept.txt', { signal });
  writeFileSync(inGuest('c:/faulty-disk'), '');
  await expect(guest.upload({ content: 'other' }, 'c:/kept.txt', { signal })).rejects.toMatchObject({
    code: 'COMMUNICATOR_TRANSFER_FAILED',
    message: expect.stringContaining('did not arrive as it was sent') as string,
  });
  expect(readFileSync(inGuest('c:/kept.txt'), 'utf8')).toBe('good');
  expect(readdirSync(inGuest('c:')).filter((name) => name.includes('.kiln-'))).toEqual([]);
});

test('an upload and a download that are cut off go on over a new connection', async () => {
  await guest.upload({ content: 'good' }, 'c:/cut.txt', { signal });
  const bytes = randomBytes(400_000);
  writeFileSync(join(here, 'long'), bytes);
  verdicts = [{ action: 'Send', verdict: 'cut' }];
  await guest.upload({ path: join(here, 'long') }, 'c:/cut.txt', { signal });
  expect(readFileSync(inGuest('c:/cut.txt')).equals(bytes)).toBe(true);
  expect(readdirSync(inGuest('c:')).filter((name) => name.includes('.kiln-'))).toEqual([]);
  verdicts = Array.from({ length: 3 }, () => ({ action: 'Receive', verdict: 'cut' }));
  await guest.download('c:/cut.txt', join(here, 'back'), { signal });
  expect(readFileSync(join(here, 'back')).equals(bytes)).toBe(true);
});

test('a tree goes there and back; links to files become files, and others are named', async () => {
  const tree = join(here, 'tree');
  mkdirSync(join(tree, 'sub/empty'), { recursive: true });
  for (let n = 0; n < 50; n++) writeFileSync(join(tree, 'sub', `f${n}`), `content ${n}`);
  symlinkSync('sub/f1', join(tree, 'link'));
  symlinkSync('sub', join(tree, 'directory-link'));
  const before = server.shells.lines.length;
  await guest.uploadTree(tree, 'c:\\app\\', { signal });
  expect(server.shells.lines.length - before).toBe(1);
  expect(readFileSync(inGuest('c:/app/link'), 'utf8')).toBe('content 1');
  expect(readdirSync(inGuest('c:/app/sub/empty'))).toEqual([]);
  expect(run.heard.at(-1)).toBe(`not copied, neither file nor directory: ${join(tree, 'directory-link')}`);

  symlinkSync('f2', inGuest('c:/app/sub/there'));
  const back = join(here, 'tree-back');
  await guest.downloadTree('c:/app', back, { signal });
  expect(readdirSync(join(back, 'sub')).sort()).toEqual(readdirSync(join(tree, 'sub')).sort());
  expect(readFileSync(join(back, 'sub/f49'), 'utf8')).toBe('content 49');
  expect(run.heard.at(-1)).toBe('not copied, a link: sub/there');
});

test.each([
  ['a file that is not in the guest', 'download', 'there is no file'],
  ['a directory that is not in the guest', 'downloadTree', 'there is no directory'],
] as const)('%s is named', async (_what, method, words) => {
  await expect(guest[method]('c:/nowhere', join(here, 'x'), { signal })).rejects.toThrow(words);
  expect(existsSync(join(here, 'x'))).toBe(false);
});

test('a file that is not on this machine, or cannot be written here, is a matter of this machine', async () => {
  await expect(guest.upload({ path: join(here, 'none') }, 'c:/x', { signal })).rejects.toMatchObject({
    code: 'TRANSFER_LOCAL_FILE',
  });
});

test('a file does not replace a directory', async () => {
  mkdirSync(inGuest('c:/a-directory'));
  await expect(guest.upload({ content: 'x' }, 'c:/a-directory', { signal })).rejects.toThrow('is a directory');
});

function records(...lines: readonly string[]): { problem: string | undefined; there: readonly string[] } {
  const place = mkdtempSync(join(here, 'written-'));
  chmodSync(place, 0o700);
  const writer = recordWriter(join(place, 'in'), 'mark', () => undefined);
  for (const line of lines) writer.take(line);
  const problem = writer.finish();
  return { problem, there: existsSync(join(place, 'in')) ? readdirSync(join(place, 'in')) : readdirSync(place) };
}

const name = (text: string): string => Buffer.from(text).toString('base64');
const EMPTY = 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855';

test.each(['../out', '/etc/out', 'a\\..\\..\\out', 'a//b', 'a/./b'])('a guest cannot write to %s', (path) => {
  expect(records(`F${name(path)}`, `E${EMPTY}`, 'Q')).toMatchObject({
    problem: expect.stringContaining('names a file') as string,
  });
});

test('a download is taken only when it is whole', () => {
  expect(records(`F${name('a')}`, `E${EMPTY}`, 'Q')).toEqual({ problem: undefined, there: ['a'] });
  expect(records(`F${name('a')}`, '+eHg=', `E${EMPTY}`, 'Q').problem).toContain('did not arrive as it was sent');
  expect(records(`F${name('a')}`, '+eHg=')).toEqual({ problem: 'not all of it arrived', there: [] });
  expect(records('+eHg=').problem).toBe('the guest sends data of no file');
  expect(records(`E${EMPTY}`).problem).toBe('the guest ends a file that it did not begin');
  expect(records(`!${name('no rights')}`).problem).toBe('no rights');
});
