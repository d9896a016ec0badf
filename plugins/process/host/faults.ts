import { CommandError, StepError, TimeoutError } from '../../../core/errors/errors.ts';

/** How messages name a plugin: `the plugin "motd"`. */
export function called(plugin: string): string {
  return `the plugin "${plugin}"`;
}

const REPORT = 'this is a fault of the plugin: look for a newer version of it, or report it to whoever publishes it';

/** The program of a plugin cannot be started, or does not speak with Kiln, as `CommandError` PLUGIN_START. */
export function cannotStart(plugin: string, why: string, outputTail: string, cause?: unknown): CommandError {
  return new CommandError(`${called(plugin)} does not start: ${why}`, {
    code: 'PLUGIN_START',
    hint: `run "kiln plugins check" on the plugin's folder, which shows what its program says; is what it needs installed?`,
    outputTail,
    cause,
  });
}

/** How a plugin's process ended. */
export interface PluginEnd {
  readonly exitStatus: number | undefined;
  readonly signalName: string | undefined;
}

/** A plugin's process ended by itself, as `CommandError` PLUGIN_CRASHED. */
export function crashed(plugin: string, { exitStatus, signalName }: PluginEnd, outputTail: string): CommandError {
  const how = exitStatus === undefined ? `was ended by ${signalName ?? 'a signal'}` : `ended with status ${exitStatus}`;
  const memory = signalName === 'SIGKILL' ? '; has this machine run out of memory ("dmesg" tells)?' : '';
  return new CommandError(`the process of ${called(plugin)} ${how} before it had answered`, {
    code: 'PLUGIN_CRASHED',
    hint: `${REPORT}${memory}`,
    outputTail,
    ...(exitStatus === undefined ? {} : { exitStatus }),
  });
}

/** A plugin broke the protocol, as `CommandError` PLUGIN_PROTOCOL; `what` completes "the plugin …". */
export function brokeProtocol(plugin: string, what: string, outputTail: string): CommandError {
  return new CommandError(`${called(plugin)} ${what}`, {
    code: 'PLUGIN_PROTOCOL',
    hint: `${REPORT}; "kiln plugins check" shows it what is wrong`,
    outputTail,
  });
}

/** A plugin speaks no version of the protocol that this Kiln does, as `StepError` PLUGIN_PROTOCOL_VERSION. */
export function otherVersion(plugin: string, message: string): StepError {
  return new StepError(`${called(plugin)} ${message}`, {
    code: 'PLUGIN_PROTOCOL_VERSION',
    hint: 'install versions of Kiln and of the plugin that fit: "kiln plugins install" finds newer ones of the plugin',
  });
}

/** A plugin does not answer, as `TimeoutError` PLUGIN_HANGS. */
export function hangs(plugin: string, what: string, milliseconds: number): TimeoutError {
  return new TimeoutError(`${called(plugin)} did not ${what} within ${milliseconds / 1000} s and was ended`, {
    code: 'PLUGIN_HANGS',
    hint: REPORT,
  });
}
