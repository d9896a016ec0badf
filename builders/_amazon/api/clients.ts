import type { Identity } from './credentials/try-sources.ts';

export interface CallOptions {
  readonly region: string;
  readonly signal: AbortSignal;
}

/** A service as a function of an operation's name and input. */
export type Calling<
  Calls extends { readonly [Name in keyof Calls]: { readonly input: unknown; readonly output: unknown } },
> = <Name extends keyof Calls>(
  name: Name,
  input: Calls[Name]['input'],
  options: CallOptions,
) => Promise<Calls[Name]['output']>;

interface Sender {
  send(command: object, options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
}

/** One client of the SDK for each region, made when it is first asked for. */
export function perRegion(make: (region: string) => object): (region: string) => Sender {
  const made = new Map<string, Sender>();
  return (region) => {
    const client = made.get(region) ?? (make(region) as Sender);
    made.set(region, client);
    return client;
  };
}

/** `Command` has the types of its operation; the SDK declares one `send` for the commands of all operations. */
export function send<Output>(
  client: Sender,
  Command: new (input: never) => object,
  input: unknown,
  { signal }: CallOptions,
): Promise<Output> {
  return client.send(new Command(input as never), { abortSignal: signal }) as Promise<Output>;
}

/** Credentials as the SDK asks for them. */
export type Provider = (() => Promise<Identity>) & { memoized?: boolean };

/** What the SDK would print belongs nowhere. */
export type Silence = Record<'trace' | 'debug' | 'info' | 'warn' | 'error', () => void>;

/** What clients of further services are made with. */
export interface ClientSettings {
  readonly credentials: Provider;
  readonly logger: Silence;
  readonly maxAttempts: number;
  readonly requestHandler: object;
}
