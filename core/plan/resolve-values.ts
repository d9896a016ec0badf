import type { Finding } from '../diagnostics/finding.ts';
import type { Template } from '../template/template.ts';
import { componentLoaders, type ComponentLoaders } from './component-loader.ts';
import { dataFetcher, type DataFetcher } from './fetch-data.ts';
import type { PlanOptions } from './plan-options.ts';
import { resolveVariables } from './texts/resolve-variables.ts';
import type { CommonContext, Variables } from './texts/text-context.ts';

/** What a template's texts can use. */
interface Values extends Pick<DataFetcher, 'secretOptions' | 'secretPlaces'> {
  readonly variables: Variables;
  readonly findings: readonly Finding[];
}

/** Works out variables and asks data sources. Rejects only when it is cancelled. */
export async function resolveValues(
  template: Template,
  options: PlanOptions,
  common: CommonContext,
  { dataSources }: Pick<ComponentLoaders, 'dataSources'> = componentLoaders(options.components),
): Promise<Values> {
  const missing = await dataSources.load(template.dataSources);
  const { fetch, secretOptions, secretPlaces } = dataFetcher(dataSources, common, options);
  const { variables, findings } = await resolveVariables(template, options, common, fetch);
  return { variables, findings: [...missing, ...findings], secretOptions, secretPlaces };
}
