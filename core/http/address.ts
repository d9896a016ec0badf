/** An address in two parts: what is asked, and who asks. */
export interface Address {
  /** Without user and password. */
  readonly url: URL;
  /** The header for its user and password, if it has them. */
  readonly login: Readonly<Record<string, string>>;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Takes user and password out of an address. Throws `TypeError` for what is no URL. */
export function addressOf(text: string | URL, base?: URL): Address {
  const url = new URL(text, base);
  const { username, password } = url;
  if (username === '' && password === '') return { url, login: {} };
  url.username = '';
  url.password = '';
  const login = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
  return { url, login: { authorization: `Basic ${login}` } };
}

/** With what says how to read it before ("s3::", "file:"); `URL` takes http and https with any number of slashes. */
const SCHEME = /^((?:\w+::?)?(?:https?:[\\/]*|[a-z][a-z0-9+.-]*:\/\/))(.*)$/is;

/**
 * An address as it is shown to people and written down: without user and password, and without its query and fragment,
 * where signed addresses have their secrets. A path stays as it is.
 */
export function shownAddress(text: string): string {
  const [, scheme = '', rest = ''] = SCHEME.exec(text) ?? [];
  if (scheme === '') return text;
  // What is no URL may have a slash in its password.
  const login = URL.canParse(text.replace(/^\w+::?(?=\w+:)/, '')) ? /^[^/\\?#]*@/ : /^.*@/s;
  const shown = rest.replace(login, '');
  const end = shown.search(/[?#]/);
  if (end < 0) return `${scheme}${shown}`;
  return `${scheme}${shown.slice(0, end)}${shown[end] === '?' ? '?…' : ''}`;
}

/** What must not be shown of an address, in the forms in which other programs may show it. */
export function secretsIn(text: string): readonly string[] {
  if (!URL.canParse(text)) return [];
  const { password, search } = new URL(text);
  return [password, decoded(password), search.slice(1)].filter((secret) => secret !== '');
}

/** A password in an address within other text, also in one that is no URL. */
const PASSWORD = /(:\/\/[^\s"'/:@]*:)([^\s"']+)(?=@)/g;

/** A text with asterisks, as many, in place of the passwords of the addresses in it. */
export function withoutPasswords(text: string): string {
  if (!text.includes('://')) return text;
  return text.replace(PASSWORD, (_, before: string, password: string) => before + '*'.repeat(password.length));
}
