import { registerHooks } from 'node:module';

type Exports = Readonly<Record<string, unknown>>;

/** The entry points of `kiln-sdk`, as its package.json has them, but the one for tests. */
const entryPoints: Readonly<Record<string, () => Promise<Exports>>> = {
  'kiln-sdk': async () => import('../sdk/index.ts'),
  'kiln-sdk/cloud': async () => import('../sdk/cloud.ts'),
  'kiln-sdk/files': async () => import('../sdk/files.ts'),
  'kiln-sdk/guest': async () => import('../sdk/guest.ts'),
  'kiln-sdk/host': async () => import('../sdk/host.ts'),
  'kiln-sdk/http': async () => import('../sdk/http.ts'),
  'kiln-sdk/keys': async () => import('../sdk/keys.ts'),
  'kiln-sdk/scripts': async () => import('../sdk/scripts.ts'),
};

const SCHEME = 'kiln-sdk-of-host:';
const HANDED_OUT = Symbol.for('kiln-sdk.of-host');

/** A module that has what Kiln itself has. */
function sourceOf(name: string, names: readonly string[]): string {
  const lines = names.map((each) => `export const ${each} = own.${each};`);
  return [`const own = globalThis[Symbol.for('kiln-sdk.of-host')][${JSON.stringify(name)}];`, ...lines].join('\n');
}

let ready: Promise<void> | undefined;

async function answer(): Promise<void> {
  const loaded = await Promise.all(
    Object.entries(entryPoints).map(async ([name, load]) => [name, await load()] as const),
  );
  const modules: Readonly<Record<string, Exports>> = Object.fromEntries(loaded);
  Object.defineProperty(globalThis, HANDED_OUT, { value: modules, enumerable: false });
  registerHooks({
    resolve: (specifier, context, next) =>
      Object.hasOwn(modules, specifier)
        ? { url: `${SCHEME}${specifier}`, format: 'module', shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) => {
      if (!url.startsWith(SCHEME)) return next(url, context);
      const name = url.slice(SCHEME.length);
      // The bundler adds names of its own to what a file exports.
      const names = Object.keys(modules[name] ?? {}).filter((each) => each !== 'default' && each !== '__esModule');
      const source = sourceOf(name, names);
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

/**
 * From now on, who imports `kiln-sdk` in this process gets the SDK that this Kiln is made of, whatever version of the package
 * lies beside the plugin: an error that a plugin throws is of the class that the engine knows, and locks and caches are shared.
 */
export async function answerSdkImports(): Promise<void> {
  ready ??= answer();
  await ready;
}
