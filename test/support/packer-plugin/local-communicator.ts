import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PluginCommunicator } from '../../../clients/packer-plugin/index.ts';

/** This machine as the guest. */
export const localCommunicator: PluginCommunicator = {
  run: async ({ command, stdin, stdout, stderr }) => {
    const child = spawn('sh', ['-c', command], { stdio: [stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
    if (child.stdin) stdin?.pipe(child.stdin);
    if (stdout) child.stdout?.pipe(stdout, { end: false });
    if (stderr) child.stderr?.pipe(stderr, { end: false });
    await once(child, 'close');
    return child.exitCode ?? -1;
  },
  upload: async (path, content) => {
    await pipeline(content, createWriteStream(path));
  },
  download: async (path, content) => {
    await pipeline(createReadStream(path), content);
  },
  uploadDirectory: async (destination, source) => {
    await cp(source, source.endsWith('/') ? destination : join(destination, basename(source)), { recursive: true });
  },
  downloadDirectory: async (source, destination) => {
    await cp(source, source.endsWith('/') ? destination : join(destination, basename(source)), { recursive: true });
  },
};
