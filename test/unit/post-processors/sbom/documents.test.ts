import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lacks } from '../../../support/kiln/needs.ts';
import { enterWorkingDirectory, type WorkingDirectory } from '../../../support/post-process-run.ts';
import { sbomToolsDirectory } from '../../../support/python/sbom-tools.ts';
import { copyThisSystem, diskOf, installedHere, listPackages, makeExt4, start } from './image.ts';

const tools = sbomToolsDirectory();
/** Ends with 1 for a document that is not CycloneDX 1.6 to the letter. */
const strictly = `
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
sys.exit(1 if JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read()) else 0)
`;

describe.skipIf(lacks(['debugfs', 'mkfs.ext4']) || tools === undefined)('the documents', { timeout: 120_000 }, () => {
  let work: WorkingDirectory;
  let files: readonly string[];
  beforeEach(async () => {
    work = await enterWorkingDirectory();
    await copyThisSystem('root');
    await makeExt4('root', join(work.path, 'disk.img'));
    const options = { formats: ['cyclonedx', 'spdx'], output: 'image.{{.Format}}.json' };
    files = await listPackages([await diskOf(join(work.path, 'disk.img'))], options);
  });
  afterEach(() => work.leave());

  test('are CycloneDX 1.6 by its strict schema', async () => {
    const text = await readFile(files[0] ?? '', 'utf8');
    const validate = async (json: string): Promise<void> => {
      await writeFile('checked.json', json);
      await start(join(tools ?? '', 'python3'), ['-c', strictly, 'checked.json']);
    };
    await validate(text);
    await expect(validate(text.replace('"library"', '"no such type"'))).rejects.toThrow();
  });

  test('are SPDX 2.3 by spdx-tools, with all packages', async () => {
    await start(join(tools ?? '', 'pyspdxtools'), ['-i', 'image.spdx.json']);
    const { packages } = JSON.parse(await readFile(files[1] ?? '', 'utf8')) as { packages: readonly unknown[] };
    expect(packages).toHaveLength((await installedHere()).length + 1);
  });
});
