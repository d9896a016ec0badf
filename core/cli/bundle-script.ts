const { readFileSync } = process.getBuiltinModule('node:fs');
const { Script, constants } = process.getBuiltinModule('node:vm');

/** The bundle, ready to run. */
export interface BundleScript {
  /** Whether V8 took the compiled code that was there. */
  readonly precompiled: boolean;
  /** What V8 has compiled of it so far. */
  compiled(): Buffer;
  /** Runs it with the module-wide names that it expects; `load` is what it calls `require`. */
  run(load: (name: string) => unknown): void;
}

/** V8's compiled code beside the bundle, when it is there. */
function compiledCode(path: string): { readonly cachedData?: Buffer } {
  try {
    return { cachedData: readFileSync(path) };
  } catch {
    return {};
  }
}

/**
 * Compiles the bundle `name` of a directory, or takes what V8 compiled when Kiln was built: compiling takes as long
 * as all the rest of `kiln validate`. V8 refuses code of another version of itself and compiles anew.
 */
export function bundleScript(directory: string, name: string): BundleScript {
  const filename = `${directory}/${name}.cjs`;
  // All of it is ASCII. Read so, and run as it is, it lies in memory once and outside of V8's heap.
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    ...compiledCode(`${directory}/${name}.cache`),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return {
    precompiled: script.cachedDataRejected === false,
    compiled: () => script.createCachedData(),
    run: (load) => {
      const own = { exports: {} };
      (script.runInThisContext() as (...names: readonly unknown[]) => void)(load, own, own.exports, directory);
    },
  };
}
