/** What no name on Windows has in it. A colon there means a drive, or a stream of a file. */
const NOT_ON_WINDOWS = /[\\:*?"<>|\x01-\x1f]/;

/**
 * Whether what a guest calls a file or directory is the name of one, and leads nowhere else when it is used as such on this
 * machine.
 */
export function isPlainName(name: string, system?: 'windows'): boolean {
  if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) return false;
  return system !== 'windows' || !NOT_ON_WINDOWS.test(name);
}
