import { UsageError } from '../errors/errors.ts';
import type { Plan } from '../plan/plan.ts';
import { valueInEnvironment } from '../template/variables/environment-variables.ts';
import { secretMask } from '../secrets/secret-mask.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { PlanFlags } from './plan-template.ts';

/** Values that the environment gave and nothing else overrode, as -var would give them. */
function environmentPairs({ variables }: Plan): readonly string[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    const given = valueInEnvironment(name, (each) => process.env[each]);
    return given !== undefined && given === value ? [`${name}=${given}`] : [];
  });
}

/** How a run was called for, without secrets: their variables' names only. Undefined when it cannot be called again. */
export function invocationOf(path: string, flags: PlanFlags, plan: Plan): JsonObject | undefined {
  if (path === '-') return undefined;
  const all = [...environmentPairs(plan), ...flags.var];
  const pairs = all.map((pair) => [pair, pair.slice(pair.indexOf('=') + 1)] as const);
  const mask = secretMask(plan.secrets);
  const secret = pairs.filter(([, value]) => mask.mayTell(value)).map(([pair]) => pair);
  return {
    template: plan.templatePath,
    workingDirectory: process.cwd(),
    startedAt: plan.started,
    force: flags.force,
    only: flags.only,
    except: flags.except,
    var: all.filter((pair) => !secret.includes(pair)),
    withheld: secret.map((pair) => pair.slice(0, pair.indexOf('='))),
    'var-file': flags['var-file'],
  };
}

function texts(value: JsonValue | undefined): readonly string[] {
  return value instanceof Array ? value.filter((each) => typeof each === 'string') : [];
}

export interface CalledFor extends PlanFlags {
  readonly template: string;
  readonly workingDirectory: string;
  readonly startedAt: Date;
}

/**
 * What `invocationOf` wrote down, with what is given anew. Throws `UsageError` SECRET_NEEDED when a secret that was not
 * written down is not given again.
 */
export function calledFor(
  recorded: JsonObject,
  given: { readonly var: readonly string[]; readonly 'var-file': readonly string[]; readonly force: boolean },
): CalledFor {
  const { template, workingDirectory, startedAt, force } = recorded;
  const isGiven = (name: string): boolean =>
    given.var.some((pair) => pair.startsWith(`${name}=`)) ||
    valueInEnvironment(name, (each) => process.env[each]) !== undefined;
  const missing = texts(recorded['withheld']).filter((name) => !isGiven(name));
  if (missing.length > 0 && given['var-file'].length === 0) {
    throw new UsageError(`values of secrets, and those of a run that succeeded, are not kept: ${missing.join(', ')}`, {
      code: 'SECRET_NEEDED',
      hint: `give ${missing.map((name) => `-var ${name}=…`).join(' ')} again`,
    });
  }
  return {
    template: typeof template === 'string' ? template : '',
    workingDirectory: typeof workingDirectory === 'string' ? workingDirectory : '.',
    startedAt: new Date(typeof startedAt === 'number' ? startedAt : Date.now()),
    force: given.force || force === true,
    only: texts(recorded['only']),
    except: texts(recorded['except']),
    var: [...texts(recorded['var']), ...given.var],
    'var-file': [...texts(recorded['var-file']), ...given['var-file']],
  };
}
