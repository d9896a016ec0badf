/**
 * Writes what is made from schemas (types of options and option tables), from the catalogue of diagnostics and from the
 * SDK's entry points (their report). With --check it only compares and names what is out of step.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { apiReport } from './api/api-report.ts';
import { sdkApi } from './api/sdk-api.ts';
import { diagnosticsPage } from '../diagnostics/catalogue.ts';
import { componentFolders, mixinFiles, root, type ComponentFolder } from './components.ts';
import { configSource, mixinSource, mixinTypePath } from './config-type.ts';
import { isObject } from '../json/guards.ts';
import type { JsonObject } from '../contract/json.ts';
import type { SchemaParts } from '../schema/compose.ts';
import { mixinPages, type MixinPages } from './mixin-page.ts';
import { optionTable, outputTable } from '../schema/option-table.ts';
import { withTable } from './with-table.ts';
import { protocolPage } from './protocol-page.ts';
import { protocolTypes } from './protocol-types.ts';

async function formatted(path: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}

type File = readonly [path: string, text: string];

/** A table of a component's own options, and links to those of its mixins. */
function optionsText({ parts }: ComponentFolder, readme: string, pages: MixinPages): string {
  const links = parts.mixins.map((mixin) => `- ${pages.link(mixin, readme)}`);
  const isEmpty = Object.keys(parts.schema['properties'] ?? {}).length === 0;
  if (links.length === 0) return optionTable(parts.schema);
  const lead = isEmpty ? 'Its options are those of:' : 'And the options of:';
  return [...(isEmpty ? [] : [optionTable(parts.schema)]), lead, links.join('\n')].join('\n\n');
}

async function componentFiles(component: ComponentFolder, pages: MixinPages): Promise<readonly File[]> {
  const typePath = join(root, component.folder, 'config.gen.ts');
  const readmePath = join(root, component.folder, 'README.md');
  const type = [typePath, await formatted(typePath, await configSource(component, typePath))] as const;
  if (!existsSync(readmePath)) return [type];
  const written = withTable(readFileSync(readmePath, 'utf8'), 'options', optionsText(component, readmePath, pages));
  const outputs = component.parts.schema['x-outputs'];
  const readme = isObject(outputs) ? withTable(written, 'outputs', outputTable(outputs)) : written;
  return [type, [readmePath, await formatted(readmePath, readme)]];
}

async function mixinFile(mixin: SchemaParts): Promise<File> {
  const path = mixinTypePath(mixin.path);
  return [path, await formatted(path, await mixinSource(mixin, path))];
}

async function sdkReport(): Promise<File> {
  const path = join(root, 'plugins/sdk/api.md');
  return [path, await formatted(path, apiReport(sdkApi()))];
}

async function protocolFiles(): Promise<readonly File[]> {
  const folder = join(root, 'plugins/process/protocol');
  const schemaPath = join(folder, 'protocol.schema.json');
  const types = join(folder, 'messages.gen.ts');
  const page = join(root, 'docs/plugin-protocol.md');
  const schema = JSON.parse(readFileSync(schemaPath, 'utf8')) as JsonObject;
  return [
    [types, await formatted(types, await protocolTypes(schemaPath))],
    [page, await formatted(page, protocolPage(readFileSync(page, 'utf8'), schema))],
  ];
}

const catalogue = [join(root, 'docs/diagnostics.md'), diagnosticsPage()] as const;
const mixins = await mixinFiles();
const pages = mixinPages(mixins, componentFolders());
const files = (
  await Promise.all([
    ...mixins.map(async (mixin) => [await mixinFile(mixin)]),
    ...pages.pages.map(async ([path, text]) => [[path, await formatted(path, text)] as const]),
    ...componentFolders().map(async (component) => componentFiles(component, pages)),
    Promise.resolve([catalogue]),
    sdkReport().then((file) => [file]),
    protocolFiles(),
  ])
).flat();
const stale = files.filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text);
if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`out of step with what it is made from: ${path}; run "npm run generate"`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of stale) writeFileSync(path, text);
}
