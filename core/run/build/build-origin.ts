import { hash } from 'node:crypto';
import type { BuildOrigin } from '../../contract/build-origin.ts';
import { maskedArtifact } from '../../events/masked-event.ts';
import type { BuildState } from './build-state.ts';

/** How the build came about so far. A variable in which there is a secret is left out, also when it is not sensitive itself. */
export function buildOrigin({ run, planned, sources, steps, provisioners, provisionerFiles }: BuildState): BuildOrigin {
  const { plan, mask, options } = run;
  const all = Object.entries(plan.variables);
  const open = all.filter(([, value]) => JSON.stringify(mask.json(value)) === JSON.stringify(value));
  return {
    version: options.version,
    template: { path: plan.templatePath, sha256: hash('sha256', plan.templateText) },
    variables: Object.fromEntries(open),
    secretVariables: all.length - open.length,
    options: mask.json(planned.config),
    provisioners: [...provisioners],
    provisionerFiles: [...provisionerFiles].map(([path, sha256]) => ({ path: mask.text(path), sha256 })),
    steps: steps.map(({ step, milliseconds }) => ({ step: mask.text(step), milliseconds })),
    sources: Object.fromEntries([...sources].map(([name, artifact]) => [name, maskedArtifact(artifact, mask)])),
  };
}
