import { Readable } from 'node:stream';

/** What the SDK's handlers of HTTP are given, and what they answer with. */
interface Request {
  readonly method: string;
  readonly hostname: string;
  readonly [part: string]: unknown;
}
export interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  body?: unknown;
}
export interface HttpHandler {
  readonly metadata?: object;
  handle(request: Request, options?: object): Promise<{ response: Response }>;
  destroy?(): void;
  updateHttpClientConfig(key: never, value: never): void;
  httpHandlerConfigs(): object;
}

/** Something before AWS has answered: a proxy, a load balancer, a login page. Its status decides whether to try again. */
export class ForeignReply extends Error {
  override readonly name = 'ForeignReply';
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(host: string, response: Response, text: string) {
    super(`what answered for ${host} is not AWS: ${replyInWords(response, text)}`);
    this.$metadata = { httpStatusCode: response.statusCode };
  }
}

/** A reply in a line: its status, what its page calls itself, and who says to have sent it. */
export function replyInWords({ statusCode, headers }: Pick<Response, 'statusCode' | 'headers'>, text: string): string {
  const { server = '', location = '' } = headers;
  return [
    `HTTP ${statusCode}`,
    ...(location === '' ? [] : [`to ${shown(location)}`]),
    text === '' ? 'and an empty body' : JSON.stringify(titleOf(text)),
    ...(server === '' ? [] : [`(server: ${shown(server)})`]),
  ].join(' ');
}

const LONGEST_SHOWN = 100;
/** No error of AWS is as long. */
const LONGEST_READ = 1024 * 1024;

function shown(text: string): string {
  const line = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}…` : line;
}

/** What a page calls itself, or else its words. */
function titleOf(text: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1] ?? '';
  if (title.trim() !== '') return shown(title);
  return shown(text.replaceAll(/<(style|script)\b[\s\S]*?<\/\1>/gi, ' ').replaceAll(/<[^>]*>/g, ' '));
}

const REQUEST_ID = /^x-amzn?-(request-?id|id-2)$/;
const OWN_TYPES = /\b(xml|json|octet-stream)\b/;

/** Whether only the body can tell who has answered. */
function isDoubtful({ method }: Request, { statusCode, headers }: Response): boolean {
  if (method === 'HEAD' || Object.keys(headers).some((name) => REQUEST_ID.test(name.toLowerCase()))) return false;
  return statusCode >= 300 || !OWN_TYPES.test(headers['content-type'] ?? '');
}

async function textOf(body: unknown): Promise<string> {
  if (!(body instanceof Readable)) return body instanceof Uint8Array ? Buffer.from(body).toString() : '';
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    if (length > LONGEST_READ) break;
  }
  return Buffer.concat(parts).toString();
}

/** The elements of AWS begin with a capital letter, and none of them is one of a page. */
function isOfAws(text: string, status: number): boolean {
  const start = text.replace(/^\uFEFF/, '').replaceAll(/^(\s|<\?[^>]*>|<!--[\s\S]*?-->)+/g, '');
  if (start === '') return status < 300;
  if (/^[{[]/.test(start)) return true;
  return /^<[A-Z]/.test(start) && !/^<(HTML|HEAD|BODY|TITLE|H\d|P|PRE|CENTER|DIV)\b/.test(start);
}

/** A handler whose replies are AWS's: others are thrown as `ForeignReply`, before the SDK takes them for a broken reply, or a good one. */
export function onlyAws(handler: HttpHandler): HttpHandler {
  return {
    ...(handler.metadata === undefined ? {} : { metadata: handler.metadata }),
    handle: async (request, options) => {
      const { response } = await handler.handle(request, options);
      if (!isDoubtful(request, response)) return { response };
      const text = await textOf(response.body);
      if (!isOfAws(text, response.statusCode)) throw new ForeignReply(request.hostname, response, text);
      response.body = Readable.from([Buffer.from(text)]);
      return { response };
    },
    destroy: () => handler.destroy?.(),
    updateHttpClientConfig: (key, value) => handler.updateHttpClientConfig(key, value),
    httpHandlerConfigs: () => handler.httpHandlerConfigs(),
  };
}
