import { expect, test } from 'vitest';
import { fingerprintOf } from '../../../../../builders/_googlecompute/os-login/api.ts';
import { loginName, profileName } from '../../../../../builders/_googlecompute/os-login/username.ts';
import { wantsOsLogin } from '../../../../../builders/_googlecompute/os-login/wanted.ts';

test('the account has the name of its primary profile', () => {
  const posixAccounts = [{ username: 'other' }, { username: 'me_example_com', primary: true }];
  expect(profileName({ posixAccounts })).toBe('me_example_com');
  expect(profileName({ posixAccounts: [{ username: 'only' }] })).toBe('only');
  expect(profileName({})).toBeUndefined();
});

test.each([
  ['me_example_com', undefined, 'me_example_com'],
  ['me_example_com', '__auto__', 'me_example_com'],
  ['me_example_com', '__external__', 'ext_me_example_com'],
  ['Me.Too@Example.com', '__external__', 'ext_me_too_example_com'],
  ['sa_123', '__external__', 'sa_123'],
  ['ext_me', '__external__', 'ext_me'],
  ['me_example_com', 'packer', 'packer'],
  ['a'.repeat(40), undefined, 'a'.repeat(32)],
])('%s with %s is %s', (ofProfile, wanted, name) => {
  expect(loginName(ofProfile, wanted)).toBe(name);
});

test('the option beats metadata, and without both the project says', () => {
  expect(wantsOsLogin({})).toBeUndefined();
  expect(wantsOsLogin({ metadata: { 'enable-oslogin': 'TRUE' } })).toBe(true);
  expect(wantsOsLogin({ metadata: { 'enable-oslogin': 'false' } })).toBe(false);
  expect(wantsOsLogin({ use_os_login: false, metadata: { 'enable-oslogin': 'TRUE' } })).toBe(false);
});

test('a key is known by itself, whatever its comment is', () => {
  const sshPublicKeys = { aa: { key: 'ssh-rsa AAAA x' }, bb: { key: 'ssh-ed25519 BBBB google-ssh {}' } };
  expect(fingerprintOf({ sshPublicKeys }, 'ssh-ed25519 BBBB packer_1')).toBe('bb');
  expect(fingerprintOf({ sshPublicKeys }, 'ssh-ed25519 CCCC packer_1')).toBeUndefined();
  expect(fingerprintOf({}, 'ssh-ed25519 BBBB')).toBeUndefined();
});
