import { maskedArtifact, maskedFailure, maskedStep } from '../events/masked-event.ts';
import type { SecretMask } from '../secrets/secret-mask.ts';
import type { BuildReport, RunReport } from './report.ts';

function maskedBuild(report: BuildReport, mask: SecretMask): BuildReport {
  const { failure, artifacts, steps } = report;
  return {
    ...report,
    artifacts: artifacts.map((artifact) => maskedArtifact(artifact, mask)),
    ...(failure === undefined ? {} : { failure: maskedFailure(failure, mask) }),
    steps: steps.map((step) => maskedStep(step, mask)),
  };
}

/**
 * A run's report without secrets, for all who read it. Made once, at the end of the run: what became known as a secret after
 * a step or a build had ended is one in it, too.
 */
export function maskedReport(report: RunReport, mask: SecretMask): RunReport {
  return {
    ...report,
    builds: report.builds.map((build) => maskedBuild(build, mask)),
    leftBehind: report.leftBehind.map((left) => ({
      ...left,
      what: mask.text(left.what),
      reason: mask.text(left.reason),
    })),
  };
}
