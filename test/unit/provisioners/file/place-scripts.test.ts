import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PLACE_FILE, PLACE_TREE } from '../../../../provisioners/file/place-scripts.ts';

test.each([
  ['file', PLACE_FILE, ['9', '0644', '', '', 'mark']],
  ['tree', PLACE_TREE, ['9', '', '', '', 'mark', '']],
])('nothing of a %s stays when nobody reads any more why it failed', async (what, script, given) => {
  const home = await mkdtemp(join(tmpdir(), 'kiln-place-'));
  try {
    const child = spawn('sh', ['-c', `read -r go; ${script}`, 'kiln', join(home, 'to'), ...given]);
    child.stderr.destroy();
    child.stdin.on('error', () => undefined);
    const empty = Buffer.alloc(1024);
    const ended = once(child, 'exit');
    child.stdin.end(Buffer.concat([Buffer.from('go\n'), what === 'tree' ? empty : Buffer.from('x')]));
    await ended;
    expect(await readdir(home)).toEqual([]);
  } finally {
    await rm(home, { recursive: true });
  }
});
