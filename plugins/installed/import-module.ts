/**
 * Imports a module by its URL. A file of its own in dist/ too: the bundle is a script, and there Node warns of `import()` as
 * an experiment.
 */
export async function importModule(url: string): Promise<unknown> {
  return import(url);
}
