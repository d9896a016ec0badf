import type { LocatedDiagnostic } from '../diagnostics/diagnostic.ts';
import type { Finding } from '../diagnostics/finding.ts';
import type { GivenVariable } from '../template/variables/given-variable.ts';
import type { PrepareContext } from '../contract/component.ts';
import type { ComponentRegistry } from '../contract/component-registry.ts';

/** What a plan depends on besides the template. */
export interface PlanOptions {
  readonly components: ComponentRegistry;
  /** What is wrong with the plugins that the template requires; default nothing. */
  readonly pluginFindings?: readonly Finding[];
  /** From -var-file and -var, in the order in which they count. */
  readonly given: readonly GivenVariable[];
  /** What is wrong with the files that they come from; without source lines, which may be secret. */
  readonly givenDiagnostics: readonly LocatedDiagnostic[];
  /** Names and patterns from -only and -except; empty: all, none. */
  readonly only: readonly string[];
  readonly except: readonly string[];
  /** The command-line flag -force. */
  readonly force: boolean;
  /** The moment that `timestamp`, `isotime` and `strftime` tell. */
  readonly startedAt: Date;
  /** The version of Packer that Kiln stands in for. */
  readonly packerVersion: string;
  readonly workingDirectory: string;
  /** An environment variable of Kiln's own process. */
  readonly environment: (name: string) => string | undefined;
  /** What is at a path; see `PrepareContext`. */
  readonly statPath: PrepareContext['statPath'];
  readonly readStart: PrepareContext['readStart'];
  /** Whether data sources are asked. Without it their values have stand-ins, and what is made of them is not judged. */
  readonly fetchData: boolean;
  /** Ends the lookups on servers that variables ask for, and the fetching of data; undefined: nothing does. */
  readonly signal: AbortSignal | undefined;
}
