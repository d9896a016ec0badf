import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ARCHIVE_END, entryHeader, padding } from '../../../core/communicators/tar/header.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { pluginPlace, template, type PluginPlace } from './plugin-place.ts';

let place: PluginPlace;
beforeEach(() => {
  place = pluginPlace();
});
afterEach(() => place.remove());

/** Scripts, of which none may run. */
function scripts(): object {
  const names = ['preinstall', 'install', 'postinstall', 'prepare', 'prepack', 'postpack'];
  return Object.fromEntries(names.map((name) => [name, `touch ${place.path('EXECUTED')}`]));
}

function publishWithDependency(version: string): string {
  return place.publish(`hello-${version}`, {
    version,
    package: { dependencies: { 'loud-words': '^2.0.0' }, scripts: scripts() },
    module: `import { defineProvisioner } from 'kiln-sdk';
import { loud } from 'loud-words';
export const provisioner = defineProvisioner({
  needsNoGuest: true,
  provision: async ({ message }, run) => run.say(loud(message) + ' ${version}'),
});
`,
  });
}

function publishDependency(): void {
  place.publish('loud', {
    name: 'loud-words',
    version: '2.1.0',
    package: { scripts: scripts(), exports: './index.js' },
    module: 'export const loud = (text) => text.toUpperCase();',
  });
}

describe.skipIf(lacks(['npm']))('from a mirror, without a server', () => {
  test('a plugin and what it depends on are pinned, nothing of them runs, and another machine gets the same', async () => {
    publishDependency();
    publishWithDependency('1.0.0');
    publishWithDependency('1.1.0');
    place.write('web.json', template('hi', { 'kiln-plugin-hello': '1.0.x' }));
    const missing = await place.kiln(['validate', 'web.json']);
    expect(missing.stderr).toContain('PLUGIN_MISSING  web.json:1:');
    const [command = ''] = /kiln plugins install .*/.exec(missing.stderr) ?? [];
    const installed = await place.kiln(command.split(' ').slice(1));
    expect(installed).toMatchObject({ code: 0, stdout: 'installed kiln-plugin-hello 1.0.0: provisioner hello\n' });
    expect(existsSync(place.path('EXECUTED'))).toBe(false);
    const { plugins } = place.lock();
    expect(plugins['kiln-plugin-hello']).toMatchObject({
      version: '1.0.0',
      source: 'kiln-plugin-hello@1.0.x',
      components: { provisioners: ['hello'] },
      packages: { 'node_modules/loud-words': { version: '2.1.0' } },
    });
    expect(readFileSync(place.path('kiln-plugins.lock.json'), 'utf8')).not.toMatch(/127\.0\.0\.1|file:/);
    expect((await place.kiln(['build', 'web.json'])).stdout).toContain('HI 1.0.0');

    rmSync(place.path('cache'), { recursive: true });
    const gone = await place.kiln(['build', 'web.json']);
    expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining('PLUGIN_NOT_INSTALLED')]);
    expect((await place.kiln(['plugins', 'install'])).stdout).toBe('kiln-plugin-hello 1.0.0: installed\n');
    expect((await place.kiln(['plugins', 'install'])).stdout).toBe('kiln-plugin-hello 1.0.0: is here already\n');
    expect((await place.kiln(['build', 'web.json'])).stdout).toContain('HI 1.0.0');

    place.write('web.json', template('hi', { 'kiln-plugin-hello': { version: '^1.1.0' } }));
    expect((await place.kiln(['validate', 'web.json'])).stderr).toContain('PLUGIN_VERSION');
    await place.kiln(['plugins', 'install', '-template', 'web.json']);
    expect((await place.kiln(['build', 'web.json'])).stdout).toContain('HI 1.1.0');
    expect((await place.kiln(['plugins', 'list'])).stdout).toBe('kiln-plugin-hello 1.1.0\n  provisioner hello\n');
  });

  test('what is not there is told, and nothing is left', async () => {
    const { code, stderr } = await place.kiln(['plugins', 'install', 'kiln-plugin-nobody']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('PLUGIN_INSTALL')]);
    expect(stderr).toContain('kiln-plugin-nobody');
    expect(place.store()).toEqual([]);
    expect(existsSync(place.path('kiln-plugins.lock.json'))).toBe(false);
  });

  test('two installs at once are both pinned', async () => {
    place.publish('hello');
    place.publish('other', { name: 'kiln-plugin-other', type: 'other' });
    const names = ['kiln-plugin-hello', 'kiln-plugin-other'];
    const all = await Promise.all(names.map(async (name) => place.kiln(['plugins', 'install', name])));
    expect(all.map(({ code, stderr }) => ({ code, stderr }))).toEqual(names.map(() => ({ code: 0, stderr: '' })));
    expect(Object.keys(place.lock().plugins)).toEqual(names);
  });
});

describe.skipIf(lacks(['npm']))('tampering', () => {
  test('with the store is seen, and mended by installing again', async () => {
    place.publish('hello');
    place.write('web.json', template('hi'));
    await place.kiln(['plugins', 'install', 'kiln-plugin-hello']);
    const [stored = ''] = place.store();
    appendFileSync(place.path('cache/plugins', stored, 'plugin/index.js'), '// changed\n');
    const { code, stdout, stderr } = await place.kiln(['build', 'web.json']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('PLUGIN_CHANGED');
    expect((await place.kiln(['plugins', 'doctor'])).stdout).toContain('PLUGIN_CHANGED');
    expect((await place.kiln(['plugins', 'install'])).stdout).toContain('installed');
    expect((await place.kiln(['build', 'web.json'])).stdout).toContain('hello hi');
  });

  test('with the lock file is seen: nothing else than what is pinned is installed or used', async () => {
    place.publish('hello');
    await place.kiln(['plugins', 'install', 'kiln-plugin-hello']);
    const lockFile = place.path('kiln-plugins.lock.json');
    const text = readFileSync(lockFile, 'utf8');
    const { integrity } = place.lock().plugins['kiln-plugin-hello']!;
    writeFileSync(lockFile, text.replace(String(integrity), `sha512-${Buffer.alloc(64).toString('base64')}`));
    const { code, stderr } = await place.kiln(['plugins', 'install']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('PLUGIN_CHANGED')]);
    for (const [wrong, said] of [
      [text.replace(String(integrity), 'sha512-abc'), /kiln-plugins\.lock\.json:4:5 .*"integrity" that is no digest/s],
      [text.replace('"hello"', '"__proto__"'), /PLUGIN_LOCK.*"components" that are none/s],
      [text.slice(0, 40), /JSON_SYNTAX/],
      [text.replace('"lockVersion": 1', '"lockVersion": 2'), /PLUGIN_LOCK .*:2:18/],
    ] as const) {
      writeFileSync(lockFile, wrong);
      const ended = await place.kiln(['validate', place.write('web.json', template('hi'))]);
      expect([ended.code, ended.stderr]).toEqual([1, expect.stringMatching(said)]);
      expect(ended.stderr).not.toMatch(/\n\s+at /);
    }
  });
});

/** A tarball whose second entry is not what it should be. */
function tarball(path: string, type: 'file' | 'symlink', target = ''): string {
  const entry = (name: string, kind: 'file' | 'symlink', content: string, leads = ''): readonly Buffer[] => {
    const size = Buffer.byteLength(content);
    const head = entryHeader({ path: name, type: kind, size, mode: 0o644, modified: 0, target: leads });
    return [head, Buffer.from(content), padding(size)];
  };
  const content = JSON.stringify({ name: 'kiln-plugin-hello', version: '1.0.0', kiln: {} });
  const parts = [
    ...entry('package/package.json', 'file', content),
    ...entry(path, type, type === 'file' ? 'x' : '', target),
  ];
  writeFileSync(place.path('evil.tgz'), gzipSync(Buffer.concat([...parts, ARCHIVE_END])));
  return './evil.tgz';
}

describe.skipIf(lacks(['npm', 'git']))('other sources', () => {
  test.each([
    ['package/../../../../ESCAPED', 'file', ''],
    ['/tmp/kiln-ESCAPED', 'file', ''],
    ['package/link', 'symlink', '/etc'],
  ] as const)('a tarball with %s is refused', async (path, type, target) => {
    const { code, stderr } = await place.kiln(['plugins', 'install', tarball(path, type, target)]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('PLUGIN_ARCHIVE')]);
    expect(place.store()).toEqual([]);
    expect([existsSync(place.path('ESCAPED')), existsSync('/tmp/kiln-ESCAPED')]).toEqual([false, false]);
  });

  test('a tarball and a git checkout are pinned, a folder is linked or copied', async () => {
    place.write('web.json', template('hi'));
    const file = place.publish('hello');
    const sources: readonly (readonly [readonly string[], object])[] = [
      [[file], { source: './mirror/kiln-plugin-hello-1.0.0.tgz' }],
      [[`git+file://${place.path('repository')}#v1`], { source: `git+file://${place.path('repository')}#v1` }],
      [['-copy', './hello'], { source: './hello' }],
      [['./hello'], { source: './hello', link: './hello' }],
    ];
    const repository = place.folder('repository', {
      package: { scripts: scripts() },
      files: { '.npmrc': 'git=/bin/false\n' },
    });
    const git = (...args: readonly string[]): Buffer =>
      execFileSync('git', ['-C', repository, ...args], { stdio: 'pipe' });
    git('init', '-q');
    git('add', '.');
    git('-c', 'user.name=x', '-c', 'user.email=x@example.org', 'commit', '-qm', 'one');
    git('tag', 'v1');
    for (const [args, pinned] of sources) {
      const installed = await place.kiln(['plugins', 'install', ...args]);
      expect(installed, installed.stderr).toMatchObject({ code: 0 });
      expect(place.lock().plugins['kiln-plugin-hello']).toMatchObject(pinned);
      rmSync(place.path('cache'), { recursive: true });
      expect(await place.kiln(['plugins', 'install'])).toMatchObject({ code: 0, stderr: '' });
      expect((await place.kiln(['build', 'web.json'])).stdout).toContain('hello hi');
    }
    expect(existsSync(place.path('EXECUTED'))).toBe(false);
    writeFileSync(
      join(place.path('hello'), 'index.js'),
      readFileSync(place.path('hello/index.js'), 'utf8').replace('hello ', 'edited '),
    );
    expect((await place.kiln(['build', 'web.json'])).stdout).toContain('edited hi');
    expect((await place.kiln(['plugins', 'remove', 'kiln-plugin-hello'])).code).toBe(0);
    expect((await place.kiln(['validate', 'web.json'])).stderr).toContain('COMPONENT_UNKNOWN');
  });
});

test.skipIf(lacks(['npm', 'mount'], true))('a full disk leaves nothing', async () => {
  const file = place.publish('hello', { files: { 'large.js': `// ${'x'.repeat(600_000)}` } });
  execFileSync('mkdir', [place.path('cache')]);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', place.path('cache')]);
  try {
    const { code, stderr } = await place.kiln(['plugins', 'install', file]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/ENOSPC|no space/i)]);
    expect(place.store()).toEqual([]);
    expect(existsSync(place.path('kiln-plugins.lock.json'))).toBe(false);
  } finally {
    execFileSync('umount', [place.path('cache')]);
  }
});
