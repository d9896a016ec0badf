import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findInList, type Listed } from '../../../../../builders/_shared/download/checksum-list.ts';
import { parseLocation, type Location } from '../../../../../builders/_shared/download/location.ts';

function digest(algorithm: string, of: string): string {
  return createHash(algorithm).update(of).digest('hex');
}

const [cdrom, netboot, md5] = [digest('sha256', 'cdrom'), digest('sha256', 'netboot'), digest('md5', 'netboot')];
const sha512 = digest('sha512', 'netboot');

function at(place: string): Location {
  const location = parseLocation(place);
  if (location === undefined) throw new Error(place);
  return location;
}

function look(lines: readonly string[], list: string, file: string): Listed {
  return findInList(lines.join('\n'), at(list), at(file));
}

function found(lines: readonly string[], list: string, file: string): string | undefined {
  const listed = look(lines, list, file);
  return listed.kind === 'found' ? listed.digest.digest : undefined;
}

describe('a list of checksums', () => {
  const lines = [`${md5} *other.iso`, `${netboot}  ./images/a b.iso`, `SHA256 (bsd.iso) = ${netboot.toUpperCase()}`];

  it.each(['a b.iso', 'bsd.iso'])('gives the digest of %s', (name) => {
    expect(look(lines, 'SUMS', name)).toMatchObject({ digest: { algorithm: 'sha256', digest: netboot } });
  });

  it('takes the file in binary mode too, and ends of lines of Windows', () => {
    expect(findInList(lines.join('\r\n'), at('SUMS'), at('other.iso'))).toMatchObject({ digest: { algorithm: 'md5' } });
  });

  it('has nothing for a file it does not name, even when the name ends alike', () => {
    expect(look(lines, 'SUMS', 'b.iso')).toEqual({ kind: 'missing' });
  });

  it.each([
    ['one path', [`${netboot}  a.iso`, '', `${cdrom}  ./a.iso`], 'a.iso', [1, 3]],
    ['two styles', [`SHA256 (a.iso) = ${netboot}`, `${cdrom} *a.iso`, `${md5}  a.iso`], 'a.iso', [1, 2]],
    ['a path elsewhere', [`${netboot}  x/a.iso`, `${netboot}  x/a.iso`, `${cdrom}  x/a.iso`], 'a.iso', [1, 3]],
  ])('does not choose between two digests of %s', (_what, lines, file, numbers) => {
    expect(look(lines, 'SUMS', file)).toMatchObject({ kind: 'contradictory', lines: numbers });
  });

  it('may say the same twice, and in other letters', () => {
    expect(found([`${netboot}  a.iso`, `${netboot.toUpperCase()}  a.iso`], 'SUMS', 'a.iso')).toBe(netboot);
  });

  it('may be nothing but a digest', () => {
    expect(found([netboot, ''], 'SUMS', 'any.iso')).toBe(netboot);
  });

  it.each([
    ['OpenSSL 3', `SHA2-256(a.iso)= ${netboot}`],
    ['OpenSSL 1', `SHA256(a.iso)= ${netboot}`],
    ['a path of Windows', `${netboot} *images\\a.iso`],
  ])('is read as written by %s', (_by, line) => {
    expect(found([line], 'SUMS', 'images/a.iso')).toBe(netboot);
  });

  it('reads names that are escaped', () => {
    expect(found([`\\${netboot}  a\\\\b.iso`], 'SUMS', 'a\\b.iso')).toBe(netboot);
  });

  it.each([`SHA3-256(a.iso)= ${netboot}`, `RMD160 (a.iso) = ${netboot.slice(24)}`, `SHA512/256 (a.iso) = ${netboot}`])(
    'takes no other digest for one that it knows: %s',
    (line) => {
      expect(look([line], 'SUMS', 'a.iso')).toEqual({ kind: 'missing' });
    },
  );

  it('gives the strongest of several digests of one file', () => {
    expect(found([`${md5}  a.iso`, `${sha512}  a.iso`, `${netboot}  a.iso`], 'SUMS', 'a.iso')).toBe(sha512);
  });
});

describe('a list with one name in several directories', () => {
  const lines = [`${cdrom}  ./cdrom/mini.iso`, `${netboot}  ./netboot/mini.iso`];

  it.each([
    ['images/SHA256SUMS', 'images/netboot/mini.iso'],
    ['file:///srv/images/SHA256SUMS', '/srv/images/netboot/mini.iso'],
    ['https://host/debian/images/SHA256SUMS', 'https://mirror/debian/images/netboot/mini.iso?x=1'],
    ['https://host/a%20b/SHA256SUMS', 'https://host/a%20b/netboot/mini.iso'],
    ['https://host/debian/images/SHA256SUMS', 'mirror/images/netboot/mini.iso'],
  ])('in %s, gives the digest of %s', (list, file) => {
    expect(found(lines, list, file)).toBe(netboot);
  });

  it('goes up from the directory of the list', () => {
    expect(found([`${cdrom}  mini.iso`, `${netboot}  ../x/mini.iso`], 'sums/SUMS', 'x/mini.iso')).toBe(netboot);
  });

  it('prefers a plain name to a directory that does not fit', () => {
    expect(found([`${cdrom}  cdrom/mini.iso`, `${netboot}  mini.iso`], 'images/SUMS', 'mini.iso')).toBe(netboot);
  });

  it('names them when none fits, and does not guess', () => {
    const paths = ['cdrom/mini.iso', 'netboot/mini.iso'];
    expect(look(lines, 'images/SUMS', 'elsewhere/mini.iso')).toEqual({ kind: 'ambiguous', paths });
    const mixed = [`${md5}  cdrom/mini.iso`, `${netboot}  netboot/mini.iso`];
    expect(look(mixed, 'images/SUMS', 'elsewhere/mini.iso')).toEqual({ kind: 'ambiguous', paths });
  });

  it('does not mind when they are the same file', () => {
    const same = [`${netboot}  cdrom/mini.iso`, `${netboot}  netboot/mini.iso`];
    expect(found(same, 'images/SUMS', 'elsewhere/mini.iso')).toBe(netboot);
  });
});
