import { addAnswer, MissingLookup, type Lookup, type Lookups } from './lookup-cache.ts';
import { LookupFailure, type Environment } from '../lookups/lookup-failure.ts';

export interface LookupOptions {
  readonly environment: Environment;
  /** Undefined: nothing cancels them. */
  readonly signal: AbortSignal | undefined;
}

async function fetchAnswer({ name, values }: Lookup, options: LookupOptions): Promise<string> {
  const { environment, signal = new AbortController().signal } = options;
  const [first = '', second = ''] = values;
  switch (name) {
    case 'consul_key':
      return (await import('../lookups/lookup-consul.ts')).consulKey(first, environment, signal);
    case 'vault':
      return (await import('../lookups/lookup-vault.ts')).vaultSecret(first, second, environment, signal);
    case 'aws_secretsmanager': {
      const { awsSecret, secretValue } = await import('../lookups/lookup-aws.ts');
      return secretValue(await awsSecret(first, environment, signal), second);
    }
    case 'aws_secretsmanager_raw':
      return (await import('../lookups/lookup-aws.ts')).awsSecret(first, environment, signal);
  }
}

/**
 * Runs a body that renders texts, and runs it again each time a text asks a server for something (`consul_key`,
 * `vault`, `aws_secretsmanager`) that is not yet among `lookups`, which have to be those of the functions' context.
 * Each question is asked once. A question that fails makes the text that asks it fail, with an `InterpolationError`.
 */
export async function renderWithLookups<T>(body: () => T, lookups: Lookups, options: LookupOptions): Promise<T> {
  for (;;) {
    try {
      return body();
    } catch (error) {
      if (!(error instanceof MissingLookup)) throw error;
      await answer(error.lookup, lookups, options);
    }
  }
}

async function answer(lookup: Lookup, lookups: Lookups, options: LookupOptions): Promise<void> {
  try {
    addAnswer(lookups, lookup, { value: await fetchAnswer(lookup, options) });
  } catch (error) {
    if (!(error instanceof LookupFailure)) throw error;
    addAnswer(lookups, lookup, { failure: error.message, hint: error.hint });
  }
}
