import type { JsonObject } from '../../../core/contract/json.ts';
import { CommandError, KilnError, StepError } from '../../../core/errors/errors.ts';
import { ProtocolFault } from './fault.ts';
import type { Error as WireError } from './messages.gen.ts';

/** Numbers of JSON-RPC, and what LSP has made usual beside them. */
export const errorNumbers = {
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  failed: -32000,
  cancelled: -32800,
} as const;

/** Kiln's errors that a plugin was told of, so that one which comes back is the same again. */
export interface ToldErrors {
  /** The error for the wire. */
  tell(error: unknown): WireError;
  /** The error that the plugin passes on; undefined when it is the plugin's own. */
  recall(error: WireError): Error | undefined;
}

function numberOf(error: unknown): number {
  if (error instanceof ProtocolFault) return errorNumbers.invalidParams;
  return error instanceof KilnError && error.code === 'CANCELLED' ? errorNumbers.cancelled : errorNumbers.failed;
}

function dataOf(error: KilnError): JsonObject {
  const { code, hint, pointer, guest } = error;
  const { exitStatus, outputTail } = error instanceof CommandError ? error : {};
  const all = { code, hint, pointer, guest, exitStatus, outputTail };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string | number] => !!entry[1]));
}

/** Remembers the errors of one run. */
export function toldErrors(): ToldErrors {
  const told: Error[] = [];
  return {
    tell: (error) => {
      const message = error instanceof Error ? error.message : String(error);
      const ref = error instanceof Error ? told.push(error) : undefined;
      const data = {
        ...(error instanceof KilnError ? dataOf(error) : {}),
        ...(ref === undefined ? {} : { ref }),
      };
      return { code: numberOf(error), message, data };
    },
    recall: ({ data }) => (data?.ref === undefined ? undefined : told[data.ref - 1]),
  };
}

const CODE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** A plugin's own error as Kiln throws it: `CommandError` when it tells of a command, else `StepError`. */
export function pluginError(plugin: string, { message, data = {} }: WireError): KilnError {
  const { code = '', hint, pointer, guest, exitStatus, outputTail } = data;
  const details = { code: CODE.test(code) ? code : 'PLUGIN_WORK_FAILED', hint, pointer, guest };
  const text = message === '' ? `the plugin "${plugin}" failed without a word` : message;
  if (exitStatus === undefined && outputTail === undefined) return new StepError(text, details);
  return new CommandError(text, {
    ...details,
    ...(exitStatus === undefined ? {} : { exitStatus }),
    ...(outputTail === undefined ? {} : { outputTail }),
  });
}
