type React = () => void;

const reactions = new Set<React>();
let crashed = false;

/** Whether something was thrown that nobody could catch. */
export function hasCrashed(): boolean {
  return crashed;
}

/** Calls `react` when something was thrown that nobody could catch, so that work is cancelled and not cut off. */
export function onCrash(react: React): Disposable {
  reactions.add(react);
  return { [Symbol.dispose]: () => void reactions.delete(react) };
}

/**
 * For what was thrown in an event handler, a timer, a stream or a promise that nobody waits for. The first such error is
 * told; then those who are at work cancel it, and without any `end` is called. Later errors mostly follow from the first.
 */
export async function meetCrash(
  error: unknown,
  tell: (error: unknown) => Promise<unknown>,
  end: () => void,
): Promise<void> {
  if (crashed) return;
  crashed = true;
  await tell(error);
  if (reactions.size === 0) end();
  for (const react of reactions) react();
}
