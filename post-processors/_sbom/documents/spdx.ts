import type { JsonObject } from '../../../plugins/sdk/index.ts';
import type { InstalledPackage, Inventory, SystemName } from '../package.ts';
import { documentId, momentText, type DocumentFacts } from './document.ts';
import { packageUrl } from './package-url.ts';

const NO_WORD = 'NOASSERTION';
const UNKNOWN = { downloadLocation: NO_WORD, filesAnalyzed: false, licenseConcluded: NO_WORD, copyrightText: NO_WORD };

function described(each: InstalledPackage, system: SystemName, id: string): JsonObject {
  return {
    SPDXID: id,
    name: each.name,
    versionInfo: each.epoch === undefined ? each.version : `${each.epoch}:${each.version}`,
    ...(each.supplier === undefined ? {} : { supplier: `Organization: ${each.supplier}` }),
    ...UNKNOWN,
    licenseDeclared: NO_WORD,
    // Databases have their own names of licences, of which SPDX's own form would be a guess.
    ...(each.licence === undefined ? {} : { licenseComments: each.licence }),
    externalRefs: [
      {
        referenceCategory: 'PACKAGE-MANAGER',
        referenceType: 'purl',
        referenceLocator: packageUrl(each, system),
      },
    ],
  };
}

/** The packages as an SPDX 2.3 document; the same for the same facts. */
export function spdx(inventory: Inventory, facts: DocumentFacts): string {
  const { system, packages } = inventory;
  const { name, created, toolVersion, sha256 } = facts;
  const ids = packages.map((_, index) => `SPDXRef-Package-${index + 1}`);
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name,
    documentNamespace: `urn:uuid:${documentId(inventory, facts)}`,
    creationInfo: {
      created: momentText(created),
      creators: [toolVersion === undefined ? 'Tool: kiln' : `Tool: kiln-${toolVersion}`],
    },
    packages: [
      {
        SPDXID: 'SPDXRef-Image',
        name,
        ...(system.version === undefined ? {} : { versionInfo: system.version }),
        summary: system.title,
        primaryPackagePurpose: 'OPERATING-SYSTEM',
        ...UNKNOWN,
        licenseDeclared: NO_WORD,
        ...(sha256 === undefined ? {} : { checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }] }),
      },
      ...packages.map((each, index) => described(each, system, ids[index] ?? '')),
    ],
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-Image' },
      ...ids.map((id) => ({ spdxElementId: 'SPDXRef-Image', relationshipType: 'CONTAINS', relatedSpdxElement: id })),
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
