import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { directory, file, kiln, path } from './run-kiln.ts';

const nowhere = { type: 'null', communicator: 'none' };

/** Two builds, of which one fails. */
function template(name: string): string {
  return file(name, {
    variables: { token: 'Tr0ub4dor-and-3' },
    'sensitive-variables': ['token'],
    builders: [
      { ...nowhere, name: 'good' },
      { ...nowhere, name: 'bad' },
    ],
    provisioners: [
      { type: 'shell-local', inline: ['echo out; echo {{user `token`}}; echo err >&2'] },
      { type: 'shell-local', name: 'the bad one', only: ['bad'], inline: ['exit 3'] },
    ],
  });
}

describe('-report and -log', () => {
  test('are written beside whatever is shown, without secrets', async () => {
    const name = template('beside.json');
    for (const mode of ['-json', '-q', '-machine-readable']) {
      const { code, stdout } = await kiln(['build', mode, '-report=r.json', '-report=r2.json', '-log=logs', name]);
      expect(code).toBe(1);
      const report = JSON.parse(readFileSync(path('r.json'), 'utf8')) as {
        builds: { name: string; outcome: string; steps: object[]; failure?: object }[];
      };
      expect(readFileSync(path('r2.json'), 'utf8')).toBe(readFileSync(path('r.json'), 'utf8'));
      const bad = report.builds.find((build) => build.name === 'bad');
      expect(bad).toMatchObject({ outcome: 'failed', failure: { step: '[2/2] shell-local: the bad one' } });
      expect(bad?.steps).toMatchObject([
        { step: 'provision with shell-local', index: 1, of: 2 },
        { step: 'provision with shell-local', index: 2, of: 2, label: 'shell-local: the bad one', outcome: 'failed' },
      ]);
      expect(readdirSync(path('logs')).sort()).toEqual(['kiln.log', 'null.bad.log', 'null.good.log']);
      const log = readFileSync(path('logs/null.bad.log'), 'utf8');
      expect(log).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: ==> null\.bad: \[1\/2\] shell-local: echo out.*\n/);
      expect(log).toContain('Z:     null.bad: out\n');
      expect(log).toContain('Z: ==> null.bad: err\n');
      expect(log).not.toContain('null.good');
      expect(readFileSync(path('logs/kiln.log'), 'utf8')).toContain('==> Some builds');
      for (const each of ['r.json', 'logs/kiln.log', 'logs/null.bad.log', 'logs/null.good.log']) {
        expect(readFileSync(path(each), 'utf8')).not.toContain('Tr0ub4dor');
      }
      if (mode === '-q') expect(stdout).not.toContain('null.good: out');
      if (mode === '-q') expect(stdout).toContain(`    The log of each build: ${path('logs')}\n`);
    }
  });

  test('that cannot be written are said before anything is built', async () => {
    const name = template('unwritable.json');
    mkdirSync(path('a-directory'), { recursive: true });
    file('a-file', '');
    for (const [flag, code] of [
      ['-report=missing/r.json', 'REPORT_UNWRITABLE'],
      ['-report=a-directory', 'REPORT_FORMAT'],
      ['-log=a-file', 'LOG_UNWRITABLE'],
    ] as const) {
      const refused = await kiln(['build', flag, name]);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain(code);
      expect(refused.stdout).not.toContain('==>');
    }
  });
});

describe('in CI', () => {
  test('GitHub gets annotations at their place, a summary, and groups where a run has one build', async () => {
    const name = template('github.json');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: directory, GITHUB_STEP_SUMMARY: path('summary.md') };
    const { stdout } = await kiln(['build', name], { env });
    expect(stdout).toMatch(
      /\n::error title=null\.bad%3A SCRIPT_FAILED,file=github\.json,line=\d+,col=\d+::\[2\/2\] shell-local: the bad one: script .*\n/,
    );
    expect(stdout).not.toContain('::group::');
    const summary = readFileSync(path('summary.md'), 'utf8');
    expect(summary).toMatch(/\n\| null\.bad \| failed \| .* \| script .*\|\n/);
    expect(summary).toMatch(/\n\| null\.good \| succeeded \|/);
    const one = await kiln(['build', '-only=bad', name], { env });
    expect(one.stdout.match(/^::group::\[\d\/2\] shell-local: .*$/gm)).toHaveLength(2);
    expect(one.stdout.match(/^::endgroup::$/gm)).toHaveLength(2);
  });

  test('GitLab gets sections', async () => {
    const { stdout } = await kiln(['build', '-only=good', template('gitlab.json')], { env: { GITLAB_CI: 'true' } });
    expect(stdout).toMatch(/\u001b\[0Ksection_start:\d{10}:kiln_1\r\u001b\[0K\[1\/1\] shell-local: echo out/);
    expect(stdout).toMatch(/\u001b\[0Ksection_end:\d{10}:kiln_1\r\u001b\[0K\n/);
  });
});
