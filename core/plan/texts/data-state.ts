import type { JsonObject } from '../../contract/json.ts';
import { Refusal, type FetchedData } from '../../interpolation/index.ts';

/** What is known of a data source. */
export interface DataState {
  /** Names of its outputs; undefined when they are not known, which was complained about. */
  readonly outputs: readonly string[] | undefined;
  /** Undefined when it was not asked, or gave nothing. */
  readonly values: JsonObject | undefined;
  /** Whether its turn comes later. */
  readonly isPending: boolean;
}

/** What data sources gave, by their names. */
export type DataStates = ReadonlyMap<string, DataState>;

/** Of a data source that cannot be asked for what is wrong with the template. */
export const unknownData: DataState = { outputs: undefined, values: undefined, isPending: false };

/** Tells texts of them; `onStandIn` is told of each value that was not fetched and has something else in its place. */
export function fetchedData(states: DataStates, onStandIn: () => void): FetchedData {
  return {
    get outputs() {
      return new Map([...states].map(([name, { outputs }]) => [name, outputs]));
    },
    tell: (source, output) => {
      const { values, isPending } = states.get(source) ?? unknownData;
      if (values !== undefined) return Object.hasOwn(values, output) ? values[output] : undefined;
      // Who names it in plain sight comes after it.
      if (isPending)
        throw new Refusal('the name of a data source has to be written out in a variable, as in {{ data `base.id` }}');
      onStandIn();
      return `${source}.${output}-when-it-is-fetched`;
    },
  };
}
