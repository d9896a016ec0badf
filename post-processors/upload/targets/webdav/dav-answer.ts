import { DOMParser } from '@xmldom/xmldom';
import type { TreeFile } from '../_tree/tree.ts';

/** What a server of WebDAV says of one of its things. */
export interface DavEntry extends TreeFile {
  /** The last part of its path. */
  readonly name: string;
  /** Bytes that may still be written there, where the server says it (RFC 4331). */
  readonly room: number | undefined;
}

/** The properties that `entriesOf` reads. */
export const ASKED =
  '<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/><getlastmodified/><quota-available-bytes/></prop></propfind>';

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The entries of a multistatus answer. Throws what the parser throws. */
export function entriesOf(text: string): readonly DavEntry[] {
  const document = new DOMParser({ onError: () => undefined }).parseFromString(text, 'text/xml');
  return Array.from(document.getElementsByTagNameNS('DAV:', 'response')).map((response) => {
    const textIn = (name: string): string =>
      response.getElementsByTagNameNS('DAV:', name).item(0)?.textContent?.trim() ?? '';
    const path = textIn('href').replace(/\/$/, '');
    return {
      name: decoded(path.slice(path.lastIndexOf('/') + 1)),
      size: Number(textIn('getcontentlength') || 0),
      changed: Date.parse(textIn('getlastmodified')) || 0,
      room: /^\d+$/.test(textIn('quota-available-bytes')) ? Number(textIn('quota-available-bytes')) : undefined,
      isDirectory: response.getElementsByTagNameNS('DAV:', 'collection').length > 0,
    };
  });
}
