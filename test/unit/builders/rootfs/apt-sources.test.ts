import { describe, expect, it } from 'vitest';
import {
  asSeenByGuest,
  formatSources,
  parseDeb822Sources,
  parseOneLineSources,
  sourcesOfSuite,
} from '../../../../builders/rootfs/apt-sources.ts';

const oneLine = `# deb http://commented.example/debian bookworm main
deb http://mirror.example/debian/ bookworm main contrib # the rest is a comment
deb-src http://mirror.example/debian bookworm main
deb [ arch=amd64,i386 signed-by=/etc/apt/keyrings/own.gpg trusted=yes ] https://own.example/apt bookworm-updates main

deb file:/srv/flat ./
`;

const deb822 = `# Written by the installer
Types: deb deb-src
URIs: http://a.example/debian http://b.example/debian
Suites: bookworm bookworm-updates
Components: main
 contrib
# a comment inside a stanza
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBGPL0BUBEADmW5NdOOHwPIJlgPu6JDcKw/NZJPR8lsD3K87ZM18gzyQZJD+w
 -----END PGP PUBLIC KEY BLOCK-----
Architectures: amd64

Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
Components: main
`;

describe('the one-line style', () => {
  it('gives the sources of binary packages, without comments', () => {
    const sources = parseOneLineSources(oneLine).map(({ uri, suite, components }) => [uri, suite, components]);
    expect(sources).toEqual([
      ['http://mirror.example/debian/', 'bookworm', ['main', 'contrib']],
      ['https://own.example/apt', 'bookworm-updates', ['main']],
      ['file:/srv/flat', './', []],
    ]);
  });

  it('keeps the options about trust and leaves those about what to download', () => {
    expect([...(parseOneLineSources(oneLine)[1]?.fields ?? [])]).toEqual([
      ['Signed-By', '/etc/apt/keyrings/own.gpg'],
      ['Trusted', 'yes'],
    ]);
  });
});

describe('the deb822 style', () => {
  it('gives a source for each address and suite, also over continuation lines', () => {
    const sources = parseDeb822Sources(deb822);
    expect(sources.map(({ uri, suite }) => `${uri} ${suite}`)).toEqual([
      'http://a.example/debian bookworm',
      'http://a.example/debian bookworm-updates',
      'http://b.example/debian bookworm',
      'http://b.example/debian bookworm-updates',
    ]);
    expect(sources[0]?.components).toEqual(['main', 'contrib']);
  });

  it('keeps a key that is written into the stanza', () => {
    expect(parseDeb822Sources(deb822)[0]?.fields.get('Signed-By')).toBe(
      [
        '',
        ' -----BEGIN PGP PUBLIC KEY BLOCK-----',
        ' .',
        ' mQINBGPL0BUBEADmW5NdOOHwPIJlgPu6JDcKw/NZJPR8lsD3K87ZM18gzyQZJD+w',
        ' -----END PGP PUBLIC KEY BLOCK-----',
      ].join('\n'),
    );
  });

  it('reads what it writes', () => {
    const sources = [...parseDeb822Sources(deb822), ...parseOneLineSources(oneLine)];
    expect(parseDeb822Sources(formatSources(sources))).toEqual(sources);
  });
});

describe('the sources of a release', () => {
  it('are its own first, and its updates', () => {
    const all = parseOneLineSources(
      ['bookworm-security', 'trixie', 'bookworm', 'bookworm-backports', 'bookworm-updates']
        .map((suite) => `deb http://m.example/debian ${suite} main`)
        .join('\n'),
    );
    expect(sourcesOfSuite(all, 'bookworm').map(({ suite }) => suite)).toEqual([
      'bookworm',
      'bookworm-security',
      'bookworm-updates',
    ]);
  });

  it('are none when there are only its updates', () => {
    const all = parseOneLineSources('deb http://m.example/debian bookworm-updates main');
    expect(sourcesOfSuite(all, 'bookworm')).toEqual([]);
  });
});

describe('an address as a guest sees it', () => {
  it.each([
    ['http://127.0.0.1:3142/debian', 'http://10.0.2.2:3142/debian'],
    ['http://localhost/debian', 'http://10.0.2.2/debian'],
    ['http://user@[::1]:80/', 'http://user@10.0.2.2:80/'],
    ['http://localhost.example/debian', 'http://localhost.example/debian'],
    ['http://mirror.example/127.0.0.1/', 'http://mirror.example/127.0.0.1/'],
  ])('%s is %s', (address, seen) => {
    expect(asSeenByGuest(address)).toBe(seen);
  });
});
