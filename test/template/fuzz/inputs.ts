import { generatedTemplate, type Schemas } from './generate-template.ts';
import { changedTemplate, mutatedTemplate } from './mutate-text.ts';

/** Input number `index` of a seed, always the same: by turns generated, with values changed, and with bytes changed. */
export function fuzzInput(schemas: Schemas, seed: number, index: number): string {
  switch (index % 4) {
    case 0:
      return changedTemplate(seed, index);
    case 1:
      return mutatedTemplate(seed, index);
    default:
      return generatedTemplate(schemas, seed, index);
  }
}
