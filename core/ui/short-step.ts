import type { ProvisionerStep } from '../events/event.ts';
import { stepText } from '../events/step-text.ts';
import { cutEnd } from '../text/fit.ts';

/** A step takes no more of a line. */
export const STEP_COLUMNS: number = 60;

/** The step as logs and tables have it: a long first command is cut. */
export function shortStep(step: { readonly step: string } & Partial<ProvisionerStep>): string {
  return step.label === undefined ? step.step : cutEnd(stepText(step), STEP_COLUMNS, '...');
}
