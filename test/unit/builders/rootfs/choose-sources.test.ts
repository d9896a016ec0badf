import { describe, expect, it } from 'vitest';
import { parseOneLineSources } from '../../../../builders/rootfs/apt-sources.ts';
import { sourcesFor } from '../../../../builders/rootfs/steps/choose-sources.ts';

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
