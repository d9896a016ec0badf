import { expect, test } from 'vitest';
import type { PrepareContext } from '../../../../plugins/sdk/index.ts';
import { postProcessor } from '../../../../post-processors/sign/index.ts';
import { chooseFiles } from '../../../../post-processors/sign/steps/choose-files.ts';
import type { SignPostProcessorConfig } from '../../../../post-processors/sign/config.gen.ts';
import { configOf } from './signing.ts';

const context: PrepareContext = {
  buildName: 'vm',
  builderType: 'qemu',
  force: false,
  from: undefined,
  statPath: (path) => (path.endsWith('key') ? 'file' : undefined),
  readStart: () => undefined,
  environment: () => undefined,
};

function complaints(options: Partial<SignPostProcessorConfig>): readonly string[] {
  return postProcessor.prepare(configOf(options), context).map(({ severity, pointer }) => `${severity} ${pointer}`);
}

test.each<[string, Partial<SignPostProcessorConfig>, readonly string[]]>([
  ['gpg without options', { methods: ['gpg'] }, []],
  ['minisign with its default key', { methods: ['minisign'] }, []],
  ['ssh and cosign with keys', { methods: ['ssh', 'cosign'], ssh_key_file: 'a.key', cosign_key_file: 'b.key' }, []],
  ['ssh without a key', { methods: ['ssh'] }, ['error /methods']],
  ['cosign with a key that is not there', { methods: ['cosign'], cosign_key_file: 'no' }, ['error /cosign_key_file']],
  ['an option of another method', { methods: ['gpg'], ssh_key_file: 'a.key' }, ['warning /ssh_key_file']],
  [
    'two methods with one name',
    { methods: ['gpg', 'ssh'], gpg_format: 'sig', ssh_key_file: 'a.key' },
    ['error /gpg_format'],
  ],
  ['a comment of two lines', { methods: ['minisign'], minisign_comment: 'a\nb' }, ['error /minisign_comment']],
])('%s', (_, options, expected) => {
  expect(complaints(options)).toEqual(expected);
});

test('a build asks for the programs of its methods', () => {
  const config = configOf({ methods: ['ssh', 'gpg', 'cosign', 'ssh'] });
  expect(postProcessor.needs(config).map(({ program }) => program)).toEqual(['ssh-keygen', 'gpg']);
});

test('signatures of files are not signed again, and patterns choose by name', () => {
  const files = ['/o/disk.img', '/o/disk.img.asc', '/o/lonely.sig', '/o/SHA256SUMS', '/o/disk.img.sigstore.json'];
  expect(chooseFiles(files, undefined)).toEqual(['/o/disk.img', '/o/lonely.sig', '/o/SHA256SUMS']);
  expect(chooseFiles(files, ['*.img', 'SHA256SUMS'])).toEqual(['/o/disk.img', '/o/SHA256SUMS']);
  expect(() => chooseFiles(files, ['*.img', 'sha256sums'])).toThrow(expect.objectContaining({ pointer: '/files/1' }));
});
