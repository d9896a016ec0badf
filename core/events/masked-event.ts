import type { Artifact } from '../contract/artifact.ts';
import type { EventBody, FailureReport } from './event.ts';
import type { SecretMask } from '../secrets/secret-mask.ts';

/** Paths and ids stay as they are: they would be of no use otherwise, and a guest's password may be a word in them. */
export function maskedArtifact(artifact: Artifact, mask: SecretMask): Artifact {
  const { description, properties } = artifact;
  return { ...artifact, description: mask.text(description), properties: mask.json(properties) };
}

export function maskedFailure(failure: FailureReport, mask: Pick<SecretMask, 'text'>): FailureReport {
  const { message, hint, outputTail, step, stack, each } = failure;
  return {
    ...failure,
    message: mask.text(message),
    ...(hint === undefined ? {} : { hint: mask.text(hint) }),
    ...(outputTail === undefined ? {} : { outputTail: mask.text(outputTail) }),
    ...(step === undefined ? {} : { step: mask.text(step) }),
    ...(stack === undefined ? {} : { stack: mask.text(stack) }),
    ...(each === undefined ? {} : { each: each.map((one) => maskedFailure(one, mask)) }),
  };
}

/** A step without secrets: a provisioner's label may be a command that has some. */
export function maskedStep<Step extends { readonly step: string; readonly label?: string }>(
  step: Step,
  mask: Pick<SecretMask, 'text'>,
): Step {
  const label = step.label === undefined ? {} : { label: mask.text(step.label) };
  return { ...step, step: mask.text(step.step), ...label };
}

/** The event without secrets. Names of builds and of components stay as they are. */
export function maskedEvent(event: EventBody, mask: SecretMask): EventBody {
  switch (event.type) {
    case 'message':
    case 'output':
      return { ...event, text: mask.text(event.text) };
    case 'progress':
      return { ...event, what: mask.text(event.what) };
    case 'waiting': {
      const { what, reason, console } = event;
      return {
        ...event,
        what: mask.text(what),
        ...(reason === undefined ? {} : { reason: mask.text(reason) }),
        ...(console === undefined ? {} : { console: mask.text(console) }),
      };
    }
    case 'waited':
      return { ...event, what: mask.text(event.what) };
    case 'step-started':
    case 'step-finished':
      return maskedStep(event, mask);
    case 'left-behind':
      return { ...event, what: mask.text(event.what), reason: mask.text(event.reason) };
    case 'artifact':
      return { ...event, artifact: maskedArtifact(event.artifact, mask) };
    case 'build-finished': {
      const artifacts = event.artifacts.map((artifact) => maskedArtifact(artifact, mask));
      const { failure } = event;
      return { ...event, artifacts, ...(failure === undefined ? {} : { failure: maskedFailure(failure, mask) }) };
    }
    case 'run-started':
    case 'build-started':
    case 'run-finished':
      return event;
  }
}
