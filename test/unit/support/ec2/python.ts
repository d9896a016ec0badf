import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../../core/dev/components.ts';

const MODULES = 'import botocore, awscli, moto.server';

function has(python: string): boolean {
  try {
    execFileSync(python, ['-c', MODULES], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/**
 * A Python with botocore, the AWS CLI and moto: this machine's, or one that is installed at the first use. Undefined,
 * and the reason is printed, when that fails; throws in CI.
 */
export function pythonWithAws(): string | undefined {
  const home = join(root, '.kiln/aws-python');
  const own = join(home, 'bin/python3');
  if (has('python3')) return 'python3';
  if (existsSync(own) && has(own)) return own;
  try {
    execFileSync('python3', ['-m', 'venv', home], { stdio: 'pipe' });
    execFileSync(join(home, 'bin/pip'), ['install', '-q', 'moto[server,ec2]', 'awscli'], {
      stdio: 'pipe',
      timeout: 280_000,
    });
    return own;
  } catch (error) {
    const reason = `moto and awscli cannot be installed: ${error instanceof Error ? error.message : String(error)}`;
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error });
    console.warn(`skipped: ${reason}`);
    return undefined;
  }
}
