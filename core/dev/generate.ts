/** Writes what is made from schemas (types of options and option tables) and from the catalogue of diagnostics. With --check it only compares and names what is out of step. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { diagnosticsPage } from '../diagnostics/catalogue.ts';
import { componentFolders, mixinFiles, root, type ComponentFolder } from './components.ts';
import { configSource, mixinSource, mixinTypePath } from './config-type.ts';
import type { SchemaParts } from '../schema/compose.ts';
import { optionTable, withOptionTable } from './option-table.ts';

async function formatted(path: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}

async function generatedFiles(component: ComponentFolder): Promise<readonly (readonly [string, string])[]> {
  const typePath = join(root, component.folder, 'config.gen.ts');
  const readmePath = join(root, component.folder, 'README.md');
  const type = [typePath, await formatted(typePath, await configSource(component, typePath))] as const;
  if (!existsSync(readmePath)) return [type];
  const readme = withOptionTable(readFileSync(readmePath, 'utf8'), optionTable(component.schema));
  return [type, [readmePath, await formatted(readmePath, readme)]];
}

async function mixinFile(mixin: SchemaParts): Promise<readonly [string, string]> {
  const path = mixinTypePath(mixin.path);
  return [path, await formatted(path, await mixinSource(mixin, path))];
}

const catalogue = [join(root, 'docs/diagnostics.md'), diagnosticsPage()] as const;
const mixins = await Promise.all((await mixinFiles()).map(mixinFile));
const components = await Promise.all(componentFolders().map(generatedFiles));
const files = [...mixins, ...components.flat(), catalogue];
const stale = files.filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text);
if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`out of step with its schema: ${path}; run "npm run generate"`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of stale) writeFileSync(path, text);
}
