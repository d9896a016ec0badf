import type { CloudKind } from '../../plugins/sdk/cloud.ts';
import type { JsonValue } from '../../plugins/sdk/index.ts';
import { mayHaveHappened } from './api/failure.ts';

/**
 * Asks for a thing; when the answer is lost, what carries the token is looked for before it is asked for again, as
 * OpenStack would make a second one. Throws what `ask` throws.
 */
export async function makeOnce(
  kind: CloudKind,
  { token, locator, signal }: { readonly token: string; readonly locator: JsonValue; readonly signal: AbortSignal },
  ask: () => Promise<string>,
): Promise<string> {
  try {
    return await ask();
  } catch (error) {
    if (!mayHaveHappened(error)) throw error;
    const [own] = await kind.find(token, locator, { signal, say: () => undefined });
    return own ?? ask();
  }
}
