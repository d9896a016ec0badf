import { join } from 'node:path';
import { pythonEnvironment } from './python-environment.ts';

/** A Python with openstacksdk; see `pythonEnvironment`. */
export function pythonWithOpenStack(): string | undefined {
  const programs = pythonEnvironment({ name: 'openstack-python', packages: ['openstacksdk==4.22.0'] });
  return programs === undefined ? undefined : join(programs, 'python3');
}
