import { GoogleAuth } from 'google-auth-library';

/** Headers that let in to Google's storage, by Google's own chain. Throws the library's errors. */
export function googleLogin(): (url: string) => Promise<Readonly<Record<string, string>>> {
  const auth = new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/devstorage.read_write'] });
  return async (url) => {
    const headers = await (await auth.getClient()).getRequestHeaders(url);
    return Object.fromEntries(headers.entries());
  };
}
