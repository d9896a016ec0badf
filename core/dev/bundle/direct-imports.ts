import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import { root } from '../components.ts';

const sdk = join(root, 'plugins/sdk');

/** File that has each value which an entry point of the SDK hands on. */
async function origins(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(sdk)) {
    const text = await readFile(join(sdk, entry), 'utf8');
    for (const [, names = '', path = ''] of text.matchAll(/^export \{([^}]*)\} from '([^']+)';/gm)) {
      for (const name of names.split(',').map((each) => each.trim())) {
        if (name !== '' && !name.startsWith('type ')) found.set(name, join(sdk, path));
      }
    }
  }
  return found;
}

/**
 * Components import the SDK, which hands on everything; the bundler would then load all of it wherever a part is used.
 * This lets them import the files themselves, so that checking a template does not load what only a run needs.
 */
export const directImports: Plugin = {
  name: 'direct-imports',
  async setup(bundler) {
    const places = await origins();
    bundler.onLoad({ filter: /\/(builders|provisioners|post-processors|lookups)\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replaceAll(
        /^import \{([^}]*)\} from '(?:\.\.\/)+plugins\/sdk\/\w+\.ts';/gm,
        (_whole, names: string) =>
          names
            .split(',')
            .map((name) => name.trim())
            .filter((name) => name !== '' && !name.startsWith('type '))
            .map((name) => {
              const place = places.get(name.split(' as ')[0] ?? '');
              if (place === undefined) throw new Error(`${relative(root, path)} imports ${name}, which the SDK lacks`);
              return `import { ${name} } from ${JSON.stringify(place)};`;
            })
            .join(' '),
      );
      return { contents, loader: 'ts' };
    });
  },
};
