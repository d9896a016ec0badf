import type { ComponentOwner } from '../contract/component.ts';
import { locationText } from '../diagnostics/render.ts';
import { KilnError, TemplateError } from '../errors/errors.ts';

/** Why a plugin cannot be used, and what a person can do. */
interface PluginFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What is said of a plugin that threw `error` when it was read or loaded. */
export function pluginFailure({ name, version, remedy }: ComponentOwner, error: unknown): PluginFailure {
  if (error instanceof TemplateError) {
    const [first] = error.diagnostics;
    const place = first?.location === undefined ? '' : `${locationText(first.location)}: `;
    const message = `the plugin ${name} is not valid: ${place}${first?.message ?? error.message}`;
    return { code: first?.code ?? error.code, message, hint: first?.hint ?? remedy };
  }
  if (error instanceof KilnError) return { code: error.code, message: error.message, hint: error.hint ?? remedy };
  const reason = error instanceof Error ? error.message : String(error);
  const [number = version] = version.split(' ', 1);
  return { code: 'PLUGIN_FAILED', message: `the plugin ${name} ${number} cannot be loaded: ${reason}`, hint: remedy };
}
