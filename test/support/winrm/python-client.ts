import { join } from 'node:path';
import { pythonEnvironment } from '../python/python-environment.ts';

const PACKAGES = [
  'pywinrm==0.5.0',
  'requests-ntlm==1.3.0',
  'pyspnego==0.12.4',
  'tree-sitter==0.26.1',
  'tree-sitter-powershell==0.26.4',
];

/** A Python that has pywinrm and a PowerShell grammar: at KILN_TEST_WINRM_PYTHON, or see `pythonEnvironment`. */
export function pythonWithWinrm(): string | undefined {
  const given = process.env['KILN_TEST_WINRM_PYTHON'];
  if (given !== undefined) return given;
  const programs = pythonEnvironment({ name: 'winrm-client', packages: PACKAGES });
  return programs === undefined ? undefined : join(programs, 'python3');
}
