import type { FailureReport } from '../events/event.ts';

function indented(text: string, prefix: string): readonly string[] {
  return text.split('\n').map((line) => `${prefix}${line}`);
}

/** What is known of a failure besides its message: where it belongs, the last output, what to do. */
export function failureDetails(failure: FailureReport): readonly string[] {
  const { code, location, pointer, outputTail, hint } = failure;
  const place = [code, location, pointer === '' ? undefined : pointer].filter((part) => part !== undefined).join('  ');
  const tail = outputTail?.trimEnd() ?? '';
  return [
    `    ${place}`,
    ...(tail === '' ? [] : ['    last output:', ...indented(tail, '    | ')]),
    ...(hint === undefined ? [] : indented(`hint: ${hint}`, '    ')),
  ];
}
