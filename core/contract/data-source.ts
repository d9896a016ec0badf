import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { CheckContext, Component } from './component.ts';
import type { JsonObject } from './json.ts';

/** What a data source is given when its values are fetched. */
export interface FetchRun {
  /** The name by which the template calls it. */
  readonly name: string;
  /** Aborts when the run is cancelled, and when the `timeout` of the template's data source is over. */
  readonly signal: AbortSignal;
  /** An environment variable of Kiln's own process. */
  environment(name: string): string | undefined;
  /** Tells the user of something odd that is no failure; shown with the data source's place in the template. */
  warn(text: string): void;
}

/**
 * Fetches values before anything is planned; a template names it in `data`, and its texts use the values. It makes
 * nothing outside. What it gives is declared in its schema: `x-outputs` has a property schema for each output, with
 * `x-secret` where nobody may see the value.
 */
export interface DataSource<Config> extends Pick<Component<Config>, 'programs' | 'examine'> {
  readonly kind: 'data-source';
  /** Checks what a schema cannot say, as `Component.prepare`; there is no build yet. */
  prepare(config: Config, context: CheckContext): readonly Diagnostic[];
  /** As `Component.prepareElsewhere`. */
  prepareElsewhere?(config: Config, context: CheckContext, signal: AbortSignal): Promise<readonly Diagnostic[]>;
  /**
   * Asked at most once in a run. Resolves with the outputs by name; what is left out has no value. Throws a `KilnError`
   * when there is nothing to be had (its pointer, if it has one, leads into the configuration), and what it likes once
   * `run.signal` has aborted.
   */
  fetch(config: Config, run: FetchRun): Promise<JsonObject>;
}
