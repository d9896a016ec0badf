/**
 * What a plugin answers or sends that keeps its host from going on.
 * `"broken"`: the bytes are not what the protocol has, or the connection ended. `"refused"`: the plugin answered a call
 * with an error of its own, which is the message.
 */
export class PluginError extends Error {
  override readonly name = 'PluginError';
  readonly reason: 'broken' | 'refused';

  constructor(reason: 'broken' | 'refused', message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export function broken(message: string, cause?: unknown): PluginError {
  return new PluginError('broken', message, cause === undefined ? undefined : { cause });
}
