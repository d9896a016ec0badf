import type { LocatedDiagnostic } from '../diagnostics/diagnostic.ts';
import { firstFindings } from '../diagnostics/first-findings.ts';
import { sortDiagnostics } from '../diagnostics/render.ts';
import { locateAll } from '../template/locate.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { readTemplate } from '../template/read-template.ts';
import type { Template } from '../template/template.ts';

interface Parsed {
  readonly template: Template;
  /** What a look at the syntax finds, with places, in the order of the source. */
  readonly findings: readonly LocatedDiagnostic[];
}

/** Reads and parses a template; throws what `readTemplate` throws. */
export async function readParsed(path: string): Promise<Parsed> {
  const template = parseTemplate(await readTemplate(path));
  return { template, findings: sortDiagnostics(locateAll(template.source, firstFindings(template.findings))) };
}
