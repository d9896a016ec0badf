import type { FailureReport } from '../../events/event.ts';
import { cutEnd } from '../../text/fit.ts';
import { STEP_COLUMNS } from '../short-step.ts';

function indented(text: string, prefix: string): readonly string[] {
  return text.split('\n').map((line) => `${prefix}${line}`);
}

/** What is known of a failure besides its message: where it belongs, the last output, what to do. */
export function failureDetails(failure: FailureReport): readonly string[] {
  const { code, location, pointer, outputTail, step, hint } = failure;
  const place = [code, location, pointer === '' ? undefined : pointer].filter((part) => part !== undefined).join('  ');
  const tail = outputTail?.trimEnd() ?? '';
  return [
    ...(step === undefined ? [] : [`    step: ${cutEnd(step, STEP_COLUMNS, '...')}`]),
    `    ${place}`,
    ...(tail === '' ? [] : ['    last output:', ...indented(tail, '    | ')]),
    ...(hint === undefined ? [] : indented(`hint: ${hint}`, '    ')),
  ];
}
