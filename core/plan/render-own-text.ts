import { errorAt } from '../diagnostics/finding.ts';
import { InterpolationError, renderUntilStable, userReferences } from '../interpolation/index.ts';
import { askedNames, noValues } from './texts/data-names.ts';
import type { PlanContext } from './plan-context.ts';
import { undeclared } from './texts/render-options.ts';
import type { NamedBuild } from './builds/named-build.ts';
import { textSetting } from './texts/text-setting.ts';

/**
 * Fills in one of the template's own texts (a builder's name, "from", "max_retries"). Undefined when that cannot be,
 * which is complained about, and when the text of a component is made of data that were not fetched. A name has a stand-in
 * for them, so that its build is looked at.
 */
export function renderOwnText(
  text: string,
  pointer: string,
  plan: Pick<PlanContext, 'common' | 'variables' | 'complain'>,
  build?: Pick<NamedBuild, 'name' | 'builder'>,
): string | undefined {
  if (!text.includes('{{')) return text;
  const references = userReferences(text);
  plan.complain(undeclared(plan.variables, references, pointer));
  if (references.some(({ name }) => plan.variables.unknown.has(name))) return undefined;
  const setting = textSetting(plan.common, plan.variables, {
    build: build && { name: build.name, type: build.builder.type },
    componentType: build?.builder.type,
    factNames: undefined,
    facts: undefined,
  });
  try {
    plan.complain(noValues(askedNames(text, references, setting), setting, pointer));
    const rendered = renderUntilStable(text, setting);
    return build !== undefined && setting.standIns > 0 ? undefined : rendered;
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    const { code, message, offset, length } = error;
    const hint = (): string | undefined => error.hint;
    plan.complain([errorAt(code, pointer, message, { hint, mark: { kind: 'text', offset, length } })]);
    return undefined;
  }
}
