import { errorAt, type Finding } from '../../diagnostics/finding.ts';
import { pointerToken } from '../../diagnostics/pointer.ts';
import { nameHint } from '../../diagnostics/suggest.ts';
import type { Template } from '../../template/template.ts';
import type { GivenVariable } from '../../template/variables/given-variable.ts';
import type { VariableText } from './text-finding.ts';

/** Every variable as written: its default, or the last of the values given. */
export function writtenTexts(
  template: Template,
  given: readonly GivenVariable[],
  findings: Finding[],
): ReadonlyMap<string, VariableText> {
  const texts = new Map<string, VariableText>();
  const required = new Map<string, string>();
  for (const { name, pointer, default: text } of template.variables) {
    if (text === undefined) required.set(name, pointer);
    else texts.set(name, { text, pointer, place: undefined });
  }
  for (const { name, value, place } of given) {
    required.delete(name);
    texts.set(name, { text: value, pointer: `/variables/${pointerToken(name)}`, place });
  }
  for (const [name, pointer] of required) {
    const near = nameHint(
      name,
      given.map((one) => one.name).filter((other) => !template.variables.some((declared) => declared.name === other)),
    );
    const hint = near?.startsWith('did') === true ? near : `give it a value with -var '${name}=…' or in a -var-file`;
    findings.push(
      errorAt('VARIABLE_REQUIRED', pointer, `the variable "${name}" is required and has no value`, {
        hint,
        mark: { kind: 'key' },
      }),
    );
  }
  return texts;
}
