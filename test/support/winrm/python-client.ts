import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../core/dev/components.ts';

const PACKAGES = [
  'pywinrm==0.5.0',
  'requests-ntlm==1.3.0',
  'pyspnego==0.12.4',
  'tree-sitter==0.26.1',
  'tree-sitter-powershell==0.26.4',
];

/**
 * A Python that has pywinrm and a PowerShell grammar: at KILN_TEST_WINRM_PYTHON, or one that is installed from the package
 * index at the first use. Undefined, and the reason is printed, when that fails; throws in CI.
 */
export function pythonWithWinrm(): string | undefined {
  const home = join(root, '.kiln/winrm-client');
  const given = process.env['KILN_TEST_WINRM_PYTHON'] ?? join(home, 'bin/python');
  try {
    if (!existsSync(given)) execFileSync('python3', ['-m', 'venv', home], { stdio: 'pipe' });
    const wanted = 'import winrm, requests_ntlm, tree_sitter_powershell';
    try {
      execFileSync(given, ['-c', wanted], { stdio: 'pipe' });
    } catch {
      execFileSync(given, ['-m', 'pip', 'install', '-q', ...PACKAGES], { stdio: 'pipe', timeout: 280_000 });
    }
    return given;
  } catch (error) {
    const reason = `pywinrm cannot be installed: ${error instanceof Error ? error.message : String(error)}`;
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error });
    console.warn(`skipped: ${reason}`);
    return undefined;
  }
}
