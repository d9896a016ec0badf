import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { BuildRun, Ui } from './build-run.ts';
import type { Communicator } from './communicator.ts';
import type { CheckContext, Requirement } from './component.ts';

/** What the builder knows and the template does not. Each wins over the template's option. */
export interface ConnectionOverrides {
  readonly host?: string;
  readonly port?: number;
  readonly username?: string;
  readonly password?: string;
  /** Text of a private key, used instead of `ssh_private_key_file`. SSH only, as the next. */
  readonly privateKey?: string;
  /** Path of the file (mode 0600) that has `privateKey`, for provisioners that bring their own SSH client. */
  readonly privateKeyFile?: string;
}

/** What of a build's run a communicator uses; SSH by way of OpenSSH needs all of it. */
export type ConnectRun = Pick<Ui, 'say' | 'warn' | 'debug'> &
  Partial<Pick<BuildRun, 'progress' | 'waiting' | 'acquire' | 'temporaryDirectory'>> & { readonly signal: AbortSignal };

/** What the template says of where its guest is. */
export interface GuestEndpoint {
  /** Name or address; undefined when the template leaves it to the builder. */
  readonly host: string | undefined;
  readonly port: number;
  /** How long the guest is waited for, in milliseconds. */
  readonly timeout: number;
}

/** A way into guests, which a template names by its option `communicator`. */
export interface CommunicatorType<Options> {
  /** The value of `communicator`; also what connections say of themselves (`Communicator.kind`, `ConnType`). */
  readonly name: string;
  /** All the programs that `connect` may call. */
  readonly programs: readonly Requirement[];
  /** The programs that `connect` calls for these options. Pure. */
  needs(options: Options): readonly Requirement[];
  /** What a schema cannot say about the options. Pure but for what `context` reads; never throws. */
  check(options: Options, context: CheckContext): readonly Diagnostic[];
  /** Undefined when there is no guest to log in to. */
  endpoint(options: Options): GuestEndpoint | undefined;
  /**
   * Waits until the guest lets Kiln in. Throws `TimeoutError` when it did not in time, `StepError` for what does not pass
   * by itself and `CancelledError` when `run.signal` aborts.
   */
  connect(options: Options, known: ConnectionOverrides, run: ConnectRun): Promise<Communicator>;
}
