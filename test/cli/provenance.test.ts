import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { file, kiln, path } from './run-kiln.ts';

it('a build writes down its template, variables and steps, and no secret', async () => {
  const template = file('template.json', {
    variables: { colour: 'blue', token: 'very-secret-token', derived: 'x-{{user `token`}}' },
    'sensitive-variables': ['token'],
    builders: [{ type: 'file', name: 'notes', target: 'notes.txt', content: 'by {{user `token`}}' }],
    provisioners: [
      { type: 'shell-local', script: file('set-up.sh', 'echo set up\n'), execute_command: ['sh', '{{.Script}}'] },
    ],
    'post-processors': [{ type: 'provenance' }],
  });
  const { code, stdout } = await kiln(['build', template]);
  expect(`${code} ${stdout}`).toMatch(/^0 /);
  const text = readFileSync(path('notes.txt.provenance.json'), 'utf8');
  expect(text).not.toContain('very-secret-token');
  const { subject, predicate } = JSON.parse(text) as {
    subject: unknown;
    predicate: { buildDefinition: Record<string, Record<string, unknown>> };
  };
  const sha256 = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(path(name)))
      .digest('hex');
  expect(subject).toEqual([{ name: 'notes.txt', digest: { sha256: sha256('notes.txt') } }]);
  const { externalParameters, internalParameters, resolvedDependencies } = predicate.buildDefinition;
  const script = { name: 'set-up.sh', uri: `file://${path('set-up.sh')}`, digest: { sha256: sha256('set-up.sh') } };
  expect(resolvedDependencies).toContainEqual(script);
  expect(externalParameters).toEqual({
    template: { name: 'template.json', uri: `file://${path(template)}`, digest: { sha256: sha256(template) } },
    build: { name: 'notes', type: 'file' },
    variables: { colour: 'blue' },
    secretVariables: 2,
  });
  expect(internalParameters).toMatchObject({
    options: { content: 'by <sensitive>' },
    steps: expect.arrayContaining([expect.objectContaining({ step: 'write file' })]) as unknown,
  });
});
