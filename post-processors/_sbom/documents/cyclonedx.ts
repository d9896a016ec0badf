import type { JsonObject } from '../../../plugins/sdk/index.ts';
import type { InstalledPackage, Inventory, SystemName } from '../package.ts';
import { documentId, momentText, type DocumentFacts } from './document.ts';
import { packageUrl } from './package-url.ts';

function component(each: InstalledPackage, system: SystemName): JsonObject {
  const purl = packageUrl(each, system);
  return {
    type: 'library',
    'bom-ref': purl,
    ...(each.supplier === undefined ? {} : { supplier: { name: each.supplier } }),
    name: each.name,
    version: each.epoch === undefined ? each.version : `${each.epoch}:${each.version}`,
    ...(each.licence === undefined ? {} : { licenses: [{ license: { name: each.licence } }] }),
    purl,
  };
}

/** The packages as a CycloneDX 1.6 document; the same for the same facts. */
export function cycloneDx(inventory: Inventory, facts: DocumentFacts): string {
  const { system, packages } = inventory;
  const { name, created, toolVersion, sha256 } = facts;
  const components = new Map(packages.map((each) => [packageUrl(each, system), component(each, system)]));
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${documentId(inventory, facts)}`,
    version: 1,
    metadata: {
      timestamp: momentText(created),
      tools: {
        components: [
          { type: 'application', name: 'kiln', ...(toolVersion === undefined ? {} : { version: toolVersion }) },
        ],
      },
      component: {
        type: 'operating-system',
        'bom-ref': 'image',
        name,
        ...(system.version === undefined ? {} : { version: system.version }),
        description: system.title,
        ...(sha256 === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: sha256 }] }),
      },
    },
    components: [...components.values()],
    dependencies: [{ ref: 'image', dependsOn: [...components.keys()] }],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
