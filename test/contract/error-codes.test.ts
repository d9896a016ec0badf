import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../core/dev/components.ts';
import { catalogue } from '../../core/diagnostics/catalogue.ts';

/** Words in capitals that are no codes of Kiln: environment variables and other programs' words. */
const others =
  /^(AWS|AZURE|CONSUL|OS|VAULT|KILN|PACKER|XDG)_|^(NO_COLOR|HTTPS?_PROXY|NO_PROXY|SSH_AUTH_SOCK|WAYLAND_DISPLAY|BLOCK_IO_ERROR|DOCKER_CONFIG|END_OF_FILE_BY_KILN|NO_PUBKEY|ONE_TO_ONE_NAT|PRETTY_NAME|READ_WRITE|SHA2_256|SOURCE_DATE_EPOCH|STORAGE_EMULATOR_HOST|UV_THREADPOOL_SIZE|TEST_FAILS|TRUST_FULLY|TRUST_ULTIMATE|UEFI_COMPATIBLE|VERSION_ID|ERR_STREAM_PREMATURE_CLOSE)$/;

function sources(): readonly string[] {
  return ['core', 'plugins', 'builders', 'provisioners', 'post-processors', 'data-sources', 'lookups'].flatMap(
    (folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.gen.ts') && !/^(?:dev|new\/templates)\//.test(name))
        .map((name) => readFileSync(join(root, folder, name), 'utf8')),
  );
}

function codesIn(texts: readonly string[], pattern: RegExp): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, code = '']) => code)));
}

it('docs/errors.md has every code that is no diagnostic of the engine, and no other', () => {
  const inSources = codesIn(sources(), /'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|BUG|CANCELLED|USAGE)'/g);
  const expected = [...inSources].filter((code) => !others.test(code) && !(code in catalogue));
  const documented = codesIn([readFileSync(join(root, 'docs/errors.md'), 'utf8')], /^\| `([A-Z_0-9]+)`/gm);
  expect([...documented].sort()).toEqual(expected.sort());
});
