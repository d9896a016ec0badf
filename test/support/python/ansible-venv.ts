import { pythonEnvironment } from './python-environment.ts';

/** Directory of a real ansible-playbook of ansible-core 2.19: KILN_TEST_ANSIBLE, or see `pythonEnvironment`. */
export function newerAnsibleDirectory(): string | undefined {
  const packages = ['ansible-core==2.19.14'];
  return process.env['KILN_TEST_ANSIBLE'] ?? pythonEnvironment({ name: 'ansible-2.19', packages });
}
