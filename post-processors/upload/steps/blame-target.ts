import { KilnError } from '../../../plugins/sdk/index.ts';
import type { PlannedTarget } from '../plan/plan-uploads.ts';

/** What is thrown while something is done for a target is about an option of it, or about it as a whole. */
export async function blaming<T>({ pointer, options }: PlannedTarget, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KilnError && error.pointer?.startsWith('/targets/') !== true) {
      const option = error.pointer?.slice(1) ?? '';
      error.pointer = option in options ? `${pointer}/${option}` : pointer;
    }
    throw error;
  }
}
