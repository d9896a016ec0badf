/**
 * Runs `work` and rejects when it wrote text to this process's standard output or error: what a component has to say goes
 * through its run. (Test runners write bytes there meanwhile.)
 */
export async function quietly(work: () => Promise<void>): Promise<void> {
  const written: string[] = [];
  const streams = [process.stdout, process.stderr] as const;
  const originals = streams.map((stream) => stream.write.bind(stream));
  streams.forEach((stream, index) => {
    const original = originals[index];
    stream.write = (chunk: unknown, ...rest: readonly unknown[]): boolean => {
      if (typeof chunk === 'string') written.push(chunk);
      return (original as unknown as (...all: readonly unknown[]) => boolean)(chunk, ...rest);
    };
  });
  try {
    await work();
  } finally {
    streams.forEach((stream, index) => {
      const original = originals[index];
      if (original !== undefined) stream.write = original;
    });
  }
  if (written.length > 0)
    throw new Error(`written to standard output: ${JSON.stringify(written.join('').slice(0, 200))}`);
}
