/** Package sources as apt's sources.list files give them: one-line style and deb822 style. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** Further deb822 fields that decide what apt trusts: `Signed-By`, `Trusted`, `Check-Valid-Until` and their like. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Names of the one-line style's options that are kept, in deb822. Those about what to download are of no use here. */
const KEPT_FIELDS: ReadonlyMap<string, string> = new Map(
  [
    'Signed-By',
    'Trusted',
    'Check-Valid-Until',
    'Check-Date',
    'Valid-Until-Max',
    'Valid-Until-Min',
    'Date-Max-Future',
    'Allow-Insecure',
    'Allow-Weak',
    'Allow-Downgrade-To-Insecure',
  ].map((field) => [field.toLowerCase(), field]),
);

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function optionsOf(text: string): ReadonlyMap<string, string> {
  const options = words(text).map((option) => {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(option) ?? [];
    return [KEPT_FIELDS.get(name.toLowerCase()), value.replaceAll(',', ' ')] as const;
  });
  return new Map(options.flatMap(([name, value]) => (name === undefined ? [] : [[name, value] as const])));
}

/** The sources of binary packages in a file such as /etc/apt/sources.list. Lines apt would not accept are passed over. */
export function parseOneLineSources(text: string): readonly AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?([^\s#]+)\s+([^\s#]+)([^#]*)/.exec(line);
    if (match === null) return [];
    const [, options = '', uri = '', suite = '', components = ''] = match;
    return [{ uri, suite, components: words(components), fields: optionsOf(options) }];
  });
}

/** The fields of one stanza, by lower-case name; a value keeps the line breaks of its continuation lines. */
function stanzaFields(stanza: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let current = '';
  for (const line of stanza.split('\n')) {
    if (line.startsWith('#')) continue;
    const field = /^([^\s:][^:]*):\s*(.*)$/.exec(line);
    if (field !== null) {
      current = (field[1] ?? '').toLowerCase();
      fields.set(current, field[2] ?? '');
    } else if (/^\s/.test(line)) fields.set(current, `${fields.get(current) ?? ''}\n${line}`);
  }
  return fields;
}

/** The sources of binary packages in a deb822 file such as debian.sources. Stanzas that are switched off do not count. */
export function parseDeb822Sources(text: string): readonly AptSource[] {
  return text
    .split(/\n(?:[ \t]*\n)+/)
    .map(stanzaFields)
    .flatMap((stanza) => {
      const listed = (name: string): readonly string[] => words(stanza.get(name) ?? '');
      if (!listed('types').includes('deb') || /^(no|false|0|off|without|disable)$/i.test(stanza.get('enabled') ?? '')) {
        return [];
      }
      const kept = [...KEPT_FIELDS].flatMap(([name, field]) => {
        const value = stanza.get(name);
        return value === undefined ? [] : [[field, value] as const];
      });
      return listed('uris').flatMap((uri) =>
        listed('suites').map((suite) => ({ uri, suite, components: listed('components'), fields: new Map(kept) })),
      );
    });
}

/** The text of a deb822 file with these sources. */
export function formatSources(sources: readonly AptSource[]): string {
  return sources
    .map(({ uri, suite, components, fields }) =>
      [
        'Types: deb',
        `URIs: ${uri}`,
        `Suites: ${suite}`,
        ...(components.length === 0 ? [] : [`Components: ${components.join(' ')}`]),
        ...[...fields].map(([name, value]) => `${name}: ${value}`),
        '',
      ].join('\n'),
    )
    .join('\n');
}

/** The sources of a Debian release and of its updates. The release itself comes first; empty when it is not among them. */
export function sourcesOfSuite(sources: readonly AptSource[], suite: string): readonly AptSource[] {
  const main = sources.filter((source) => source.suite === suite);
  if (main.length === 0) return [];
  const updates = [`${suite}-updates`, `${suite}-security`, `${suite}/updates`];
  return [...main, ...sources.filter((source) => updates.includes(source.suite))];
}

/** A name that stands alone may be a token. */
const LOGIN = /^([a-z][a-z0-9+]*:\/\/)([^/@:]*)(?::([^/@]*))?@/i;

/** What of an address nobody else may see: its password, or a name that stands alone. Empty when there is none. */
export function secretOf(url: string): string {
  const [, , name = '', password = ''] = LOGIN.exec(url) ?? [];
  return password === '' ? name : password;
}

/** The address without the name and the password to log in with. */
export function withoutLogin(url: string): string {
  return url.replace(LOGIN, '$1');
}

const LOOPBACK = /^([a-z][a-z0-9+]*:\/\/(?:[^/@]*@)?)(?:localhost|127(?:\.\d+){3}|\[::1\])(?=[:/]|$)/i;

/** An address of a server on this machine, as a guest behind QEMU's user networking reaches it. */
export function asSeenByGuest(url: string): string {
  return url.replace(LOOPBACK, (_match, before: string) => `${before}10.0.2.2`);
}
