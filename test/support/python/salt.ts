import { pythonEnvironment } from './python-environment.ts';

/** Directory of a real salt-call: KILN_TEST_SALT, or see `pythonEnvironment`. */
export function saltDirectory(): string | undefined {
  return process.env['KILN_TEST_SALT'] ?? pythonEnvironment({ name: 'salt', packages: ['salt==3008.3'] });
}
