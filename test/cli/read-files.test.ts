import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { command, file, kiln, path, place } from './run-kiln.ts';

const nothing = { builders: [{ type: 'null', communicator: 'none' }] };
const copy = { builders: [{ type: 'file', source: 'fifo', target: 'copied' }] };
const local = { communicator: 'none', type: 'null' };

function hasOpen(pid: number, name: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === name);
  } catch {
    return false;
  }
}

/** Waits until it reads the FIFO, or 3 s, and sends one signal; how the process ended within 5 s. */
async function interrupted(args: readonly string[]): Promise<number | string | null> {
  const [program, ...rest] = command(args);
  const child = spawn(program, rest, { ...place(), stdio: 'ignore' });
  const ended = new Promise<number | string | null>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  for (let tries = 0; tries < 60 && !hasOpen(child.pid ?? 0, path('fifo')); tries += 1) await sleep(50);
  child.kill('SIGINT');
  const limit = setTimeout(() => child.kill('SIGKILL'), 5000);
  return ended.finally(() => clearTimeout(limit));
}

describe('a FIFO', () => {
  beforeAll(() => {
    execFileSync('mkfifo', [path('fifo')]);
    file('nothing.json', nothing);
    file('copy.json', copy);
    file('upload.json', { builders: [local], provisioners: [{ type: 'file', source: 'fifo', destination: '/x' }] });
  });

  test.each([
    ['template', ['build', 'fifo']],
    ['variable file', ['build', '-var-file=fifo', 'nothing.json']],
    ['source of the file builder', ['build', 'copy.json']],
  ])('that nobody writes to, as %s, is waited for until a signal comes', async (_what, args) => {
    expect(await interrupted(args)).toBe(130);
  });

  test.each([
    ['template', ['validate', 'fifo'], JSON.stringify(nothing)],
    ['variable file', ['validate', '-var-file=fifo', 'nothing.json'], '{"a": "b"}'],
    ['source of the file builder', ['build', '-force', 'copy.json'], 'copied\n'],
  ])('as %s is read to its end', async (_what, args, content) => {
    const writer = spawn('sh', ['-c', 'sleep 0.3; printf %s "$0" > "$1"', content, path('fifo')], { stdio: 'ignore' });
    const { code, stderr } = await kiln(args);
    writer.kill();
    expect([code, stderr.replace(/warning[^]*/, '')]).toEqual([0, '']);
    if (args.includes('copy.json')) expect(readFileSync(path('copied'), 'utf8')).toBe(content);
  });

  test('is not uploaded', async () => {
    const { code, stderr } = await kiln(['validate', 'upload.json']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/FILE_SOURCE_SPECIAL .*\/provisioners\/0\/source\n.*is a FIFO/);
  });

  test.each(['/dev/zero', '/dev/null'])('is told from the device %s', async (device) => {
    file('device.json', { builders: [{ type: 'file', source: device, target: 'from-device' }] });
    const template = await kiln(['validate', device]);
    expect(template.stderr).toContain(`the template ${device} cannot be read: it is a device, not a file`);
    const { code, stdout } = await kiln(['build', 'device.json']);
    expect(code).toBe(1);
    expect(stdout).toContain(`cannot read source ${device}: it is a device, not a file`);
  });
});

describe('a file that is not in UTF-8', () => {
  const template =
    '{\n  "variables": {"ort": "K\u00f6ln"},\n  "builders": [{"type": "null", "communicator": "none"}]\n}';

  test.each([
    ['Latin-1', Buffer.from(template, 'latin1'), 'is not in UTF-8: see text.json:2:26'],
    ['UTF-8 behind a byte order mark', Buffer.from(`\uFEFF${template}`), undefined],
    ['UTF-8 with U+FFFD', Buffer.from(template.replace('K', '\uFFFD')), undefined],
    ['UTF-8 that is cut', Buffer.from(template).subarray(0, 28), 'is not in UTF-8: see text.json:2:26'],
    ['UTF-8 with half of U+FFFD', Buffer.from(template.replace('\u00f6', 'EB'), 'latin1'), undefined],
    ['UTF-32 with its mark', utf32(`\uFEFF${template}`), 'is in UTF-32'],
    ['UTF-32', utf32(template), 'is in UTF-32'],
    ['UTF-32 of the other order', utf32(template).swap32(), 'is in UTF-32'],
    ['UTF-16', Buffer.from(template, 'utf16le'), 'is in UTF-16'],
  ])('%s', async (_name, bytes, complaint) => {
    writeFileSync(path('text.json'), bytes);
    file('nothing.json', nothing);
    const { stderr } = await kiln(['validate', 'text.json']);
    const asVariables = await kiln(['validate', '-var-file=text.json', 'nothing.json']);
    if (complaint === undefined) expect([stderr, asVariables.stderr].join()).not.toContain('UTF-');
    else {
      expect(stderr).toContain(`the template text.json ${complaint}`);
      expect(asVariables.stderr).toContain(`the variable file text.json ${complaint}`);
    }
  });
});

function utf32(text: string): Buffer {
  const bytes = Buffer.alloc(4 * text.length);
  for (let at = 0; at < text.length; at += 1) bytes.writeUInt32LE(text.charCodeAt(at), 4 * at);
  return bytes;
}

describe('a state directory that is a file', () => {
  test.each([['state-file'], ['state-file/below']])('is no place without runs: %s', async (place) => {
    file('state-file', '');
    file('nothing.json', nothing);
    for (const args of [['gc'], ['runs'], ['gc', '-dry-run'], ['build', 'nothing.json']]) {
      const { code, stdout, stderr } = await kiln(args, { env: { KILN_STATE_DIR: path(place) } });
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(`${path('state-file')} is no directory`);
      expect(stderr).toContain('KILN_STATE_DIR');
    }
  });
});

test.each([
  ['{}', '{}'],
  ['[]', '{}'],
  ['null', 'null'],
])('custom_data of a manifest that is %s is %s, as in Packer', async (given, written) => {
  const manifest = `{"type": "manifest", "output": "m${written}.json", "custom_data": ${given}}`;
  const builder = '{"type": "file", "content": "x", "target": "custom"}';
  file('custom.json', `{"builders": [${builder}], "post-processors": [${manifest}]}`);
  expect((await kiln(['build', '-force', 'custom.json'])).code).toBe(0);
  expect(readFileSync(path(`m${written}.json`), 'utf8')).toContain(`"custom_data": ${written}`);
});
