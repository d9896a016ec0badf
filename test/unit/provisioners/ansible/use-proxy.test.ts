import { expect, test } from 'vitest';
import { componentConfig } from '../../../support/component-config.ts';

test('a template may turn the proxy off that is not there', () => {
  expect(componentConfig('provisioners/ansible', { playbook_file: 'a', use_proxy: false })).toMatchObject({
    use_proxy: false,
  });
});
