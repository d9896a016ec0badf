import type { LocatedDiagnostic } from '../diagnostics/diagnostic.ts';

/**
 * How the guest was the reason for a failure. "unreachable": there is no connection, and it was asked for nothing. "lost":
 * the connection went away under way, and what the guest has done is not known. "refused": it is there, and does not do
 * now what it was asked for. "not-ready": it is there, and lets nobody in or makes no sense, as one that just boots.
 */
export type GuestFailure = 'unreachable' | 'lost' | 'refused' | 'not-ready';

/** What every error says besides its message. */
export interface ErrorDetails {
  /** Catalogue code, `AREA_WHAT`; see docs/errors.md. */
  readonly code: string;
  /** What to do next. */
  readonly hint?: string | undefined;
  /** RFC 6901 pointer into the component's configuration ("/disk_size"), as a diagnostic of its `prepare` has it. */
  readonly pointer?: string | undefined;
  readonly cause?: unknown;
  readonly guest?: GuestFailure | undefined;
}

/**
 * Something failed while running. The classes below are all there are; anything else that is thrown is a bug in
 * Kiln (or a plugin) and is reported as one.
 */
export abstract class KilnError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  /** Set by communicators, when the guest or the way to it is the reason. */
  readonly guest: GuestFailure | undefined;
  pointer: string | undefined;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = details.code;
    this.hint = details.hint;
    this.guest = details.guest;
    this.pointer = details.pointer;
  }

  /** Names the option that the error is about, unless it names one already; undefined names none. */
  at(pointer: string | undefined): this {
    this.pointer ??= pointer;
    return this;
  }
}

/** Options that errors of the operating system came about for; they have no room for a pointer themselves. */
const options = new WeakMap<Error, string>();

/** The option, as a pointer, that an error is about, if it is known to be about one. */
export function optionOf(error: unknown): string | undefined {
  if (error instanceof KilnError) return error.pointer;
  return error instanceof Error ? options.get(error) : undefined;
}

/**
 * What is thrown while something is done for one option is about that option, unless it names another; an error of the
 * operating system too.
 */
export async function aboutOption<T>(pointer: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KilnError) error.at(pointer);
    else if (error instanceof Error && !options.has(error)) options.set(error, pointer);
    throw error;
  }
}

/** The command line or the environment asks for something that cannot be. */
export class UsageError extends KilnError {}

/** The template is wrong; `diagnostics` say where. */
export class TemplateError extends KilnError {
  readonly diagnostics: readonly LocatedDiagnostic[];

  constructor(diagnostics: readonly LocatedDiagnostic[]) {
    super('the template is not valid', { code: 'TEMPLATE_INVALID' });
    this.diagnostics = diagnostics;
  }
}

/** A step of a build, or the outside world it works on, failed. */
export class StepError extends KilnError {}

/** What an error of a command says besides. */
export interface CommandErrorDetails extends ErrorDetails {
  readonly exitStatus?: number;
  /** The last lines the command wrote, for the reader of the error. */
  readonly outputTail?: string;
}

/** A command on the host or in the guest ended other than it should. */
export class CommandError extends KilnError {
  readonly exitStatus: number | undefined;
  readonly outputTail: string | undefined;

  constructor(message: string, details: CommandErrorDetails) {
    super(message, details);
    this.exitStatus = details.exitStatus;
    this.outputTail = details.outputTail;
  }
}

/** A wait ran out of time; the message says what was waited for and how it stood. */
export class TimeoutError extends KilnError {}

/** The run was cancelled by its user. */
export class CancelledError extends KilnError {
  constructor(message = 'cancelled', details: ErrorDetails = { code: 'CANCELLED' }) {
    super(message, details);
  }
}
