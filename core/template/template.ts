import type { Finding } from '../diagnostics/finding.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { TemplateSource } from './read-template.ts';

export interface TemplateVariable {
  readonly name: string;
  readonly pointer: string;
  /** As written, templates and all; undefined when a value has to be given. */
  readonly default: string | undefined;
}

/** A plugin that the template's components come with. */
export interface RequiredPlugin {
  /** Name of its package. */
  readonly name: string;
  readonly pointer: string;
  /** A range of versions as npm writes them; undefined: any. */
  readonly version: string | undefined;
  /** Where it is installed from; undefined: npm, by its name. */
  readonly source: string | undefined;
  /** Environment variables that a plugin with a process of its own is given. */
  readonly environment: readonly string[];
}

/** Names of builders as they are written in the template, before variables are filled in. */
export interface BuilderFilter {
  readonly only: readonly string[];
  readonly except: readonly string[];
}

interface TemplateComponent {
  readonly type: string;
  readonly pointer: string;
  /** What is left for the component itself, under the names as written. */
  readonly config: JsonObject;
}

export interface TemplateDataSource extends TemplateComponent {
  /** By which texts call it: ``{{ data `name.output` }}``. */
  readonly name: string;
  /** Milliseconds that its fetching may take; 0: not said. */
  readonly timeout: number;
}

export interface TemplateBuilder extends TemplateComponent {
  /** As written; the type when there is none. */
  readonly name: string;
  /** Kiln's own key: the builds whose artifacts this one starts from. As written, of any type. */
  readonly from: JsonValue | undefined;
}

export interface TemplateProvisioner extends TemplateComponent, BuilderFilter {
  /** Kiln's own key, for people; as written. Empty: none. */
  readonly name: string;
  /** Further configuration by the name of a builder, laid over `config`. */
  readonly override: Readonly<Record<string, JsonValue>>;
  /** Milliseconds. */
  readonly pauseBefore: number;
  /** Milliseconds; 0: none. */
  readonly timeout: number;
  /** As written; empty: none. */
  readonly maxRetries: string;
}

export interface TemplatePostProcessor extends TemplateComponent, BuilderFilter {
  readonly name: string;
  /** A text is one with variables, to be filled in. */
  readonly keepInputArtifact: boolean | string | undefined;
}

/** A template as its own keys say it; no variable is filled in and no component looked at. */
export interface Template {
  readonly source: TemplateSource;
  readonly description: string;
  readonly minimumVersion: string;
  readonly requiredPlugins: readonly RequiredPlugin[];
  readonly variables: readonly TemplateVariable[];
  readonly sensitiveVariables: readonly string[];
  readonly dataSources: readonly TemplateDataSource[];
  readonly builders: readonly TemplateBuilder[];
  /** Names of builders that are too faulty to be among `builders`; undefined stands for any name. */
  readonly lostBuilders: readonly (string | undefined)[];
  readonly provisioners: readonly TemplateProvisioner[];
  readonly errorCleanupProvisioner: TemplateProvisioner | undefined;
  readonly postProcessors: readonly (readonly TemplatePostProcessor[])[];
  /** What a look at the syntax finds: all that Packer's `validate -syntax-only` would, and warnings. */
  readonly findings: readonly Finding[];
}

/** Whether a builder that was left out for its faults has this name, or may have it. */
export function mayBeLost({ lostBuilders }: Pick<Template, 'lostBuilders'>, name: string): boolean {
  return lostBuilders.includes(undefined) || lostBuilders.includes(name);
}

/** Whether a filter leaves a builder in. */
export function applies(filter: BuilderFilter, builderName: string): boolean {
  if (filter.only.length > 0) return filter.only.includes(builderName);
  return !filter.except.includes(builderName);
}
