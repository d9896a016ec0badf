import type { IncomingHttpHeaders } from 'node:http';
import { readComplaint, type Complaint } from './error-body.ts';
import { isObject, jsonIn } from '../guards.ts';
import { OpenStackError, type AuthReceipt, type FailureReason } from './openstack-error.ts';

/** What was asked when it failed. */
export interface Asked {
  readonly service: string;
  readonly method: string;
  readonly url: URL;
}

/** An answer that says that the request failed. */
export interface FailedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** By status; what is not listed is 'unavailable' from 500 on, else 'bad-request'. */
const BY_STATUS: Readonly<Record<number, FailureReason>> = {
  300: 'unsupported',
  301: 'bad-answer',
  302: 'bad-answer',
  303: 'bad-answer',
  304: 'bad-answer',
  307: 'bad-answer',
  308: 'bad-answer',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  406: 'unsupported',
  408: 'lost',
  409: 'conflict',
  410: 'not-found',
  412: 'conflict',
  423: 'conflict',
  425: 'rate-limited',
  429: 'rate-limited',
};

/** Nova says it with 403, Neutron with 409, Cinder and Glance with 413, each in its own words. */
const QUOTA = /quota|limit ?exceeded|overLimit|maximum number of/i;

/** Answers of these may speak of a quota. */
const QUOTA_STATUS: readonly number[] = [403, 409, 413, 400];

/** Nova before 2013 and some gateways limit the rate by 413. */
function isRateLimit(status: number, { detail = '' }: Complaint, retryAfter: number | undefined): boolean {
  return status === 413 && (retryAfter ?? 0) > 0 && !/quota/i.test(detail);
}

/** A page with no request id is by who stands before the service: it must not pass for a thing that is not there. */
function isForeignPage({ text }: FailedAnswer, requestId: string | undefined): boolean {
  return requestId === undefined && text !== '' && jsonIn(text) === undefined;
}

function reasonFor(
  status: number,
  complaint: Complaint,
  retryAfter: number | undefined,
  isForeign: boolean,
): FailureReason {
  const { code = '', detail = '' } = complaint;
  if (isRateLimit(status, complaint, retryAfter)) return 'rate-limited';
  const words = `${code} ${detail}`;
  // A quota that is not there, or that somebody may not change, is another matter.
  if (QUOTA_STATUS.includes(status) && /exceed|over/i.test(words) && QUOTA.test(words)) return 'quota';
  if (status === 404 && isForeign) return 'bad-answer';
  return BY_STATUS[status] ?? (status >= 500 ? 'unavailable' : 'bad-request');
}

function headerText(headers: IncomingHttpHeaders, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** Milliseconds, from "Retry-After: 30" or a date; undefined for anything else. */
export function retryAfterOf(headers: IncomingHttpHeaders, now: number): number | undefined {
  const value = headerText(headers, 'retry-after');
  if (value === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** By which the cloud's operator finds a request. */
export function requestIdOf(headers: IncomingHttpHeaders): string | undefined {
  return headerText(headers, 'x-openstack-request-id', 'x-compute-request-id', 'x-trans-id', 'x-request-id');
}

/** An address as it is shown: without login and query, where signed addresses have their secrets. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** Keystone answers so when factors were right, but not enough of them. */
function receiptOf({ headers, text }: FailedAnswer): AuthReceipt | undefined {
  const id = headerText(headers, 'openstack-auth-receipt');
  if (id === undefined) return undefined;
  const body = jsonIn(text);
  const methods = textsIn(isObject(body) && isObject(body['receipt']) ? body['receipt']['methods'] : undefined);
  const required = isObject(body) ? body['required_auth_methods'] : undefined;
  return { id, methods, required: Array.isArray(required) ? required.map(textsIn) : [] };
}

function wantedIn({ methods, required }: AuthReceipt): string {
  const sets = required.map((set) => set.join(' and ')).join(', or ');
  return `${methods.join(', ')} was right, but it takes more: ${sets}`;
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** What a failed answer says, as an error whose message names the service, the request and the service's own words. */
export function failureOf(asked: Asked, answer: FailedAnswer): OpenStackError {
  const { status, headers, text } = answer;
  const complaint = readComplaint(text);
  const retryAfter = retryAfterOf(headers, Date.now());
  const requestId = requestIdOf(headers);
  const url = shownUrl(asked.url);
  const receipt = receiptOf(answer);
  const said = receipt === undefined ? (complaint.detail ?? complaint.code ?? 'it gives no reason') : wantedIn(receipt);
  const trace = requestId === undefined ? '' : ` (${requestId})`;
  return new OpenStackError(
    `${asked.service} answers ${asked.method} ${url} with status ${String(status)}: ${said}${trace}`,
    {
      ...{
        reason: reasonFor(status, complaint, retryAfter, isForeignPage(answer, requestId)),
        status,
        retryAfter,
        requestId,
        url,
      },
      ...{ service: asked.service, method: asked.method, code: complaint.code, detail: complaint.detail, receipt },
    },
  );
}
