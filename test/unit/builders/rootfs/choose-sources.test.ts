import { describe, expect, it } from 'vitest';
import { parseOneLineSources, secretOf, withoutLogin } from '../../../../builders/rootfs/apt-sources.ts';
import { chooseSources, sourcesFor } from '../../../../builders/rootfs/steps/choose-sources.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { lacks } from '../../../support/kiln/needs.ts';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const machine = parseOneLineSources(`deb http://near.example/debian bookworm main
deb http://near.example/debian-security bookworm-security main
deb http://elsewhere.example/tools stable main`);

function shown(sources: ReturnType<typeof sourcesFor>): readonly string[] {
  return sources.map(({ uri, suite, components }) => `${uri} ${suite} ${components.join(' ')}`);
}

describe('where packages come from', () => {
  it('is what this machine has for the release', () => {
    expect(shown(sourcesFor({ suite: 'bookworm' }, machine))).toEqual([
      'http://near.example/debian bookworm main',
      'http://near.example/debian-security bookworm-security main',
    ]);
  });

  it('is the archive of this machine when it runs another release of Debian', () => {
    const sources = sourcesFor({ suite: 'trixie' }, machine);
    expect(shown(sources)).toEqual([
      'http://near.example/debian trixie main',
      'http://near.example/debian trixie-updates main',
      'http://near.example/debian-security trixie-security main',
    ]);
    expect(sources.map(({ fields }) => fields.get('Signed-By'))).toEqual([keyring, keyring, keyring]);
  });

  it('is the mirror alone when there is one', () => {
    expect(shown(sourcesFor({ suite: 'bookworm', mirror: 'http://m.example/debian' }, machine))).toEqual([
      'http://m.example/debian bookworm main',
    ]);
  });

  it('has the components that are asked for', () => {
    const components = ['main', 'non-free-firmware'];
    expect(sourcesFor({ suite: 'bookworm', components }, machine).map((source) => source.components)).toEqual([
      components,
      components,
    ]);
  });

  it('is unknown on a machine that has no Debian archive', () => {
    const ubuntu = parseOneLineSources('deb http://u.example/ubuntu noble main');
    expect(sourcesFor({ suite: 'bookworm' }, ubuntu)).toEqual([]);
  });
});

describe('a password of a package source', () => {
  it.each([
    ['http://robot:RepoS3cret@m.example/debian', 'RepoS3cret', 'http://m.example/debian'],
    ['https://token@m.example:8443/debian', 'token', 'https://m.example:8443/debian'],
    ['https://:pw@m.example/debian', 'pw', 'https://m.example/debian'],
    ['tor+http://a:b@m.example/debian', 'b', 'tor+http://m.example/debian'],
    ['http://m.example/a@b/debian', '', 'http://m.example/a@b/debian'],
    ['file:/srv/debian', '', 'file:/srv/debian'],
  ])('of %s is %j', (address, secret, rest) => {
    expect([secretOf(address), withoutLogin(address)]).toEqual([secret, rest]);
  });

  it.skipIf(lacks(['apt-config']))('is masked, told of and not in the image', async () => {
    const secrets: string[] = [];
    const heard: string[] = [];
    const build = {
      say: (text: string) => void heard.push(text),
      warn: (text: string) => void heard.push(text),
      addSecret: (secret: string) => void secrets.push(secret),
      signal: new AbortController().signal,
    };
    const mirror = 'http://robot:Repo%21S3cret@127.0.0.1:18081/debian';
    const config = componentConfig<Parameters<typeof chooseSources>[0]>('builders/rootfs', { mirror });
    const { sources, image } = await chooseSources(config, build as unknown as Parameters<typeof chooseSources>[1]);
    expect(secrets).toEqual(expect.arrayContaining(['Repo%21S3cret', 'Repo!S3cret']));
    expect(heard.join(' ')).toContain('package sources without the password');
    expect(heard.join(' ') + image.text).not.toContain('S3cret');
    expect(image.text).toContain('URIs: http://10.0.2.2:18081/debian');
    expect(sources[0]?.uri).toBe(mirror);
  });
});
