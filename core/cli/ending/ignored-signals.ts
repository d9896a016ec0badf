/** Set by the launcher, since Node.js gives every signal its default when it starts. */
const { KILN_IGNORED_SIGNALS: given = '' } = process.env;

const ignored = new Set(given.split(' ').filter((name) => /^SIG(HUP|INT)$/.test(name)));
// It is about this process; a program that is started from here may be a Kiln, too.
delete process.env['KILN_IGNORED_SIGNALS'];

/** Has the signals ignored that were so when Kiln was started: SIGHUP by `nohup`, SIGINT in a script's background. */
export function ignoreAsBefore(): void {
  for (const name of ignored) process.on(name, () => undefined);
}

export function isIgnored(name: NodeJS.Signals): boolean {
  return ignored.has(name);
}
