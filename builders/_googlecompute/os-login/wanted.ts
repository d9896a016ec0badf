/** What of a configuration says whether OS Login is used. */
export interface OsLoginOptions {
  readonly use_os_login?: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The key of metadata, of projects and instances, that turns OS Login on. */
export const ENABLE_OS_LOGIN = 'enable-oslogin';

/** What a text of metadata says; undefined when it is not there. */
export function isEnabled(text: string | undefined): boolean | undefined {
  return text === undefined || text === '' ? undefined : /^(?:true|y|yes|1)$/i.test(text.trim());
}

/** Whether the template turns OS Login on or off; undefined: the project's metadata says so. */
export function wantsOsLogin({ use_os_login: said, metadata = {} }: OsLoginOptions): boolean | undefined {
  return said ?? isEnabled(metadata[ENABLE_OS_LOGIN]);
}
