import { errorAt } from '../diagnostics/finding.ts';
import { InterpolationError, renderUntilStable, userReferences } from '../interpolation/index.ts';
import type { PlanContext } from './plan-context.ts';
import type { NamedBuild } from './select-builds.ts';
import { textSetting } from './text-setting.ts';

/**
 * Fills in one of the template's own texts (a builder's name, "from", "max_retries"). Undefined when that cannot be,
 * which is complained about.
 */
export function renderOwnText(
  text: string,
  pointer: string,
  plan: Pick<PlanContext, 'common' | 'variables' | 'complain'>,
  build?: Pick<NamedBuild, 'name' | 'builder'>,
): string | undefined {
  if (!text.includes('{{')) return text;
  if (userReferences(text).some(({ name }) => plan.variables.unknown.has(name))) return undefined;
  const setting = textSetting(plan.common, plan.variables, {
    build: build && { name: build.name, type: build.builder.type },
    componentType: build?.builder.type,
    factNames: undefined,
    facts: undefined,
  });
  try {
    return renderUntilStable(text, setting);
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    const { code, message, offset, length } = error;
    const hint = (): string | undefined => error.hint;
    plan.complain([errorAt(code, pointer, message, { hint, mark: { kind: 'text', offset, length } })]);
    return undefined;
  }
}
