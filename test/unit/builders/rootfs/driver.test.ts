import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aptProxy, readAptSources } from '../../../../builders/rootfs/driver.ts';

const { signal } = new AbortController();
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kiln-apt-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

describe('package sources of the machine', () => {
  it('are read from sources.list and both kinds of files beside it, in the order of their names', async () => {
    const parts = join(directory, 'sources.list.d');
    await mkdir(parts);
    await writeFile(join(directory, 'sources.list'), 'deb http://one.example/ bookworm main\n');
    await writeFile(join(parts, 'b.list'), 'deb http://three.example/ bookworm main\n');
    await writeFile(
      join(parts, 'a.sources'),
      'Types: deb\nURIs: http://two.example/\nSuites: bookworm\nComponents: main\n',
    );
    await writeFile(join(parts, 'c.list.save'), 'deb http://not.example/ bookworm main\n');
    expect((await readAptSources(directory)).map(({ uri }) => uri)).toEqual([
      'http://one.example/',
      'http://two.example/',
      'http://three.example/',
    ]);
  });

  it('are none without apt', async () => {
    expect(await readAptSources(join(directory, 'absent'))).toEqual([]);
  });
});

describe('the proxy', () => {
  async function configure(text: string): Promise<void> {
    await writeFile(join(directory, 'apt.conf'), text);
    vi.stubEnv('APT_CONFIG', join(directory, 'apt.conf'));
  }

  it('is what the configuration of apt says', async () => {
    await configure('Acquire::http::Proxy "http://proxy.example:3142/";');
    expect(await aptProxy('http://mirror.example/debian', signal)).toBe('http://proxy.example:3142/');
    expect(await aptProxy('https://mirror.example/debian', signal)).toBeUndefined();
  });

  it('is not used for a host that apt goes to directly', async () => {
    await configure('Acquire::http::Proxy "http://proxy.example/"; Acquire::http::Proxy::near.example "DIRECT";');
    expect(await aptProxy('http://near.example/debian', signal)).toBeUndefined();
  });

  it('is what the program for its detection says', async () => {
    // apt may run it as its own user.
    await chmod(directory, 0o755);
    const detect = join(directory, 'detect');
    await writeFile(detect, '#!/bin/sh\necho http://detected.example:8080/\n', { mode: 0o755 });
    await configure(`Acquire::http::Proxy-Auto-Detect "${detect}";`);
    expect(await aptProxy('http://mirror.example/debian', signal)).toBe('http://detected.example:8080/');
  });

  it('is the one of the environment when apt has none', async () => {
    await configure('');
    vi.stubEnv('http_proxy', 'http://environment.example/');
    expect(await aptProxy('http://mirror.example/debian', signal)).toBe('http://environment.example/');
  });

  it('is none for a mirror on this machine’s disk', async () => {
    expect(await aptProxy('file:/srv/debian', signal)).toBeUndefined();
  });
});
