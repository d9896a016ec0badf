import { describe, expect, it } from 'vitest';
import { parseChecksum } from '../../../../builders/_shared/download/checksum.ts';
import { diskSizeInBytes } from '../../../../builders/qemu/command-line/disk-size.ts';
import { parseLocation } from '../../../../builders/_shared/download/location.ts';
import { portsInTurn } from '../../../../builders/_shared/port-range.ts';
import { portRange } from '../../../../builders/qemu/port-range.ts';

const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
const sha256 = 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855';

describe('iso_checksum', () => {
  it.each([
    ['none', { kind: 'none' }],
    [`md5:${md5}`, { kind: 'digest', algorithm: 'md5', digest: md5 }],
    [md5, { kind: 'digest', algorithm: 'md5', digest: md5 }],
    [sha256, { kind: 'digest', algorithm: 'sha256', digest: sha256.toLowerCase() }],
    [`SHA256:${sha256}`, { kind: 'digest', algorithm: 'sha256', digest: sha256.toLowerCase() }],
    ['file:SHA256SUMS', { kind: 'list', location: 'SHA256SUMS' }],
    ['file:https://host/SUMS', { kind: 'list', location: 'https://host/SUMS' }],
  ])('reads %s', (text, checksum) => {
    expect(parseChecksum(text)).toEqual(checksum);
  });

  it.each(['', 'sha256:', `sha1:${md5}`, `crc32:${md5}`, md5.slice(1), 'file:', md5.replace('d', 'x')])(
    'refuses %j',
    (text) => {
      expect(parseChecksum(text)).toBeUndefined();
    },
  );
});

describe('a place of a source', () => {
  it.each([
    ['/images/a.iso', { kind: 'file', path: '/images/a.iso', name: 'a.iso' }],
    ['file:///images/a%20b.iso', { kind: 'file', path: '/images/a b.iso', name: 'a b.iso' }],
    ['https://host/x/a%20b.iso?mirror=1', { kind: 'web', url: 'https://host/x/a%20b.iso?mirror=1', name: 'a b.iso' }],
  ])('is read from %s', (text, location) => {
    expect(parseLocation(text)).toEqual(location);
  });

  it('is relative to the working directory, with or without a scheme', () => {
    const path = `${process.cwd()}/images/a.iso`;
    expect(parseLocation('images/a.iso')).toMatchObject({ path });
    expect(parseLocation('file://images/a.iso')).toMatchObject({ path });
  });

  it.each(['', 's3://bucket', 'ftp://host/a.iso', 'http://'])('is not read from %j', (text) => {
    expect(parseLocation(text)).toBeUndefined();
  });
});

describe('a public object', () => {
  it.each([
    ['s3://images/debian/a.iso', 'https://images.s3.amazonaws.com/debian/a.iso'],
    ['s3://my.images/a.iso', 'https://s3.amazonaws.com/my.images/a.iso'],
    ['s3::https://s3.eu-west-1.amazonaws.com/images/a.iso', 'https://s3.eu-west-1.amazonaws.com/images/a.iso'],
    ['gs://images/a.iso', 'https://storage.googleapis.com/images/a.iso'],
    ['gcs://images/a.iso', 'https://storage.googleapis.com/images/a.iso'],
    ['gcs::https://www.googleapis.com/storage/v1/images/a.iso', 'https://storage.googleapis.com/images/a.iso'],
  ])('%s is read over https', (text, url) => {
    expect(parseLocation(text)).toEqual({ kind: 'web', url, name: 'a.iso' });
  });
});

describe('disk_size', () => {
  it.each([
    ['40960', 40960 * 2 ** 20],
    ['8G', 8 * 2 ** 30],
    ['512b', 512],
    ['3k', 3072],
    ['1t', 2 ** 40],
  ])('of %s is %d bytes', (text, bytes) => {
    expect(diskSizeInBytes(text)).toBe(bytes);
  });
});

describe('the ports that may lead to the guest', () => {
  it('are tried once each, from a random one on, without the end of the range', () => {
    expect(portsInTurn({ first: 10, last: 14 }, () => 0.6)).toEqual([12, 13, 10, 11]);
  });

  it('are one when the ends are the same', () => {
    expect(portsInTurn({ first: 10, last: 10 })).toEqual([10]);
  });

  it('have older names, which win', () => {
    const options = { host_port_min: 1, host_port_max: 2, ssh_host_port_min: 3, ssh_host_port_max: 4 };
    expect(portRange(options)).toEqual({ first: 3, last: 4 });
  });
});
