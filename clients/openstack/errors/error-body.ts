import { isObject, jsonIn, objectsAt, textAt, type JsonObject } from '../guards.ts';

/** What a service says of a failure. */
export interface Complaint {
  /** The service's own word, when it has one. */
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
}

/** Characters; a proxy's page may be long. */
const LONGEST = 2000;

function plain(html: string): string {
  const text = html
    .replace(/<(title|h1|style|script)\b[^>]*>.*?<\/\1>/gis, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(lt|gt|amp|quot|#39|#x27);/g, (entity) => ENTITIES[entity] ?? entity);
  return text.replace(/\s+/g, ' ').trim().slice(0, LONGEST);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
  '&#x27;': "'",
};

/** {"NeutronError": {"type": "OverQuota", …}}, {"itemNotFound": {"code": 404, …}}, {"error": {"title": "Unauthorized", …}} */
function nestedComplaint(key: string, inner: JsonObject): Complaint {
  const detail = textAt(inner, 'message');
  const code = textAt(inner, 'type') ?? textAt(inner, 'title') ?? (key === 'error' ? undefined : key);
  return { code, detail: detail === undefined ? undefined : plain(detail) };
}

function complaintOf(body: JsonObject): Complaint {
  const [first] = objectsAt(body, 'errors');
  if (first !== undefined) {
    const detail = textAt(first, 'detail') ?? textAt(first, 'title');
    return {
      code: textAt(first, 'code') ?? textAt(first, 'title'),
      detail: detail === undefined ? undefined : plain(detail),
    };
  }
  const [entry] = Object.entries(body).filter(([, value]) => isObject(value));
  if (entry !== undefined) return nestedComplaint(entry[0], entry[1] as JsonObject);
  // Glance and others that let WebOb say it: {"message": "…", "code": "404 Not Found", "title": "Not Found"}.
  const detail = textAt(body, 'message') ?? textAt(body, 'faultstring') ?? textAt(body, 'NeutronError');
  return { code: textAt(body, 'title'), detail: detail === undefined ? undefined : plain(detail) };
}

/** Reads the body of a failure: JSON in any of the services' shapes, WebOb's pages, or text of whoever stands between. */
export function readComplaint(text: string): Complaint {
  const body = jsonIn(text);
  if (isObject(body)) return complaintOf(body);
  const detail = plain(text);
  return detail === '' ? {} : { detail };
}
