import type { JsonObject } from '../contract/json.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { errorAt, warningAt, type Finding } from '../diagnostics/finding.ts';
import { CancelledError, KilnError, optionOf, StepError, TimeoutError } from '../errors/errors.ts';
import { isObject } from '../json/guards.ts';
import { withinTime } from '../errors/time-limit.ts';
import { rebaseWritten } from '../schema/validate.ts';
import { durationText } from '../text/duration-text.ts';
import type { TemplateDataSource } from '../template/template.ts';
import type { ComponentLoaders, LoadedComponent } from './component-loader.ts';
import { configureComponent, prepareComponent, prepareElsewhere, type Configured } from './configure-component.ts';
import type { DataSource } from '../contract/data-source.ts';
import type { PlanOptions } from './plan-options.ts';
import { unknownData } from './texts/data-state.ts';
import { outputsOf, secretOutputs } from './texts/fetched-outputs.ts';
import type { Fetch } from './texts/resolve-variables.ts';
import type { CommonContext, TextSetting } from './texts/text-context.ts';
import { textSetting } from './texts/text-setting.ts';

/** What came of one data source. */
interface Fetched {
  /** Undefined when it was not asked, or gave nothing. */
  readonly values: JsonObject | undefined;
  readonly findings: readonly Finding[];
  /** Outputs that nobody may see. */
  readonly secrets: readonly string[];
  readonly configured: Configured;
}

/** A data source of the template, and what there is to ask it with. */
interface Asking {
  readonly component: LoadedComponent<DataSource<object>>;
  readonly source: TemplateDataSource;
  readonly options: PlanOptions;
}

/** What a data source may take when the template does not say, in milliseconds; docs/templates.md says it, too. */
const USUAL_TIMEOUT = 5 * 60_000;
/** A data source that does not listen to its signal is not waited for much longer. */
const GRACE = 1000;

/** Throws `KilnError`, among them `TimeoutError` DATA_FETCH_TIMEOUT. */
async function ask({ component, source, options }: Asking, config: object, findings: Finding[]): Promise<JsonObject> {
  const { name, pointer, timeout } = source;
  const { environment, signal: cancelled = new AbortController().signal } = options;
  const limit = timeout > 0 ? timeout : USUAL_TIMEOUT;
  const expired = new TimeoutError(`it gave nothing within ${durationText(limit)}`, {
    code: 'DATA_FETCH_TIMEOUT',
    hint: 'its "timeout" says how long it may take',
  });
  const warn = (text: string): void => void findings.push(warningAt('DATA_FETCH_WARNING', pointer, text));
  return withinTime({ limit, grace: GRACE, expired }, cancelled, async (signal) =>
    component.module.fetch(config, { name, signal, environment, warn }),
  );
}

/** Throws what is no failure that somebody has thought of. */
function failure(error: unknown, { source }: Asking, { validated }: Configured): Finding {
  // Errors of the operating system, and those of a plugin's own copy of the SDK, have a code as well.
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') throw error;
  const code = error.code === 'DATA_FETCH_TIMEOUT' ? 'DATA_FETCH_TIMEOUT' : 'DATA_FETCH_FAILED';
  const pointer = rebaseWritten(validated, source.pointer, optionOf(error) ?? '');
  const hint = error instanceof KilnError ? error.hint : undefined;
  return errorAt(code, pointer, `the data source "${source.name}": ${error.message}`, { hint });
}

/** Checks a data source's options and asks it for its values, if it is to be asked. Throws `CancelledError` only. */
async function fetchData(asking: Asking, setting: TextSetting): Promise<Fetched> {
  const { component, source, options } = asking;
  const { config, pointer } = source;
  const configured = configureComponent(component, [{ config, pointer }], pointer, setting);
  const { statPath, readStart, environment } = options;
  const context = { statPath, readStart, environment };
  const findings = [...configured.findings, ...prepareComponent(component.module, configured, pointer, context)];
  if (!hasErrors(findings)) {
    const { signal = new AbortController().signal } = options;
    findings.push(...(await prepareElsewhere(component.module, configured, pointer, context, signal)));
  }
  const nothing: Fetched = { values: undefined, findings, secrets: [], configured };
  const isKnown = !hasErrors(findings) && configured.deferred.size === 0;
  if (!isKnown || !options.fetchData) return nothing;
  try {
    const values: unknown = await ask(asking, configured.config, findings);
    if (!isObject(values)) throw new StepError('it gave no outputs by name', { code: 'DATA_FETCH_FAILED' });
    return { ...nothing, values, secrets: secretOutputs(component.validator.schema, values) };
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    return { ...nothing, findings: [...findings, failure(error, asking, configured)] };
  }
}

/** Asks data sources, and knows what of their options nobody may see. */
export interface DataFetcher {
  readonly fetch: Fetch;
  readonly secretOptions: ReadonlySet<string>;
  /** Pointers of the options that have such values. */
  readonly secretPlaces: Set<string>;
}

/** `loader` has loaded the data sources of the template that exist. */
export function dataFetcher(
  loader: ComponentLoaders['dataSources'],
  common: CommonContext,
  options: PlanOptions,
): DataFetcher {
  const secretOptions = new Set<string>();
  const secretPlaces = new Set<string>();
  const place = { build: undefined, componentType: undefined, factNames: undefined, facts: undefined };
  return {
    secretOptions,
    secretPlaces,
    fetch: async (source, known) => {
      const component = loader.loaded(source.type);
      if (component === undefined) return { state: unknownData, findings: [], secrets: [] };
      const setting = textSetting(common, known, place);
      const { values, findings, secrets, configured } = await fetchData({ component, source, options }, setting);
      for (const secret of configured.secrets) secretOptions.add(secret);
      for (const pointer of configured.secretPlaces) secretPlaces.add(pointer);
      const outputs = Object.keys(outputsOf(component.validator.schema));
      return { state: { outputs, values, isPending: false }, findings, secrets };
    },
  };
}
