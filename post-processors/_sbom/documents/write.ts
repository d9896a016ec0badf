import type { Inventory } from '../package.ts';
import { cycloneDx } from './cyclonedx.ts';
import type { DocumentFacts } from './document.ts';
import { spdx } from './spdx.ts';

/** Forms of documents, as the option `formats` names them. */
export type DocumentFormat = 'cyclonedx' | 'spdx';

/** What names of documents have before ".json", by custom. */
export const formatNames: Readonly<Record<DocumentFormat, string>> = { cyclonedx: 'cdx', spdx: 'spdx' };

/** The text of a document. */
export function documentText(format: DocumentFormat, inventory: Inventory, facts: DocumentFacts): string {
  return format === 'spdx' ? spdx(inventory, facts) : cycloneDx(inventory, facts);
}
