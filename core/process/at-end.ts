const tasks = new Set<() => Promise<void>>();

/** What is to be done before Kiln ends, once; must not reject. Calling the result takes it back. */
export function atEnd(task: () => Promise<void>): () => void {
  tasks.add(task);
  return () => void tasks.delete(task);
}

/** Resolves when all that was to be done is done. */
export async function everythingEnded(): Promise<void> {
  const all = [...tasks];
  tasks.clear();
  await Promise.all(all.map((task) => task()));
}
