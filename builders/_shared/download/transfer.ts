import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf, shownAddress, type HttpResponse } from '../../../plugins/sdk/http.ts';
import { StepError, throwIfCancelled, type BuildRun } from '../../../plugins/sdk/index.ts';
import { validatorOf, type Part } from './part.ts';
import { asFailure, ask } from './request.ts';

const PROGRESS_MILLISECONDS = 200;
/** Interruptions without a byte more, after which it is given up. */
const PATIENCE = 3;
const PARTIAL_CONTENT = 206;
const RANGE_NOT_SATISFIABLE = 416;

export interface Limits {
  /** A server that sends nothing for so long has stopped. */
  readonly idleMilliseconds: number;
  readonly retryMilliseconds: number;
}

export interface Transferred {
  /** Hexadecimal. */
  readonly digest: string;
  readonly size: number;
  readonly validator: string | undefined;
  /** Whether some of it was there before. */
  readonly resumed: boolean;
}

/** A transfer that broke off after it had begun; another try may go on. */
class Interruption extends Error {}

/** What an earlier try left, read already: a server that sends must not have to wait for that. */
interface StartedTransfer {
  readonly bytes: number;
  readonly hash: Hash;
}

interface Start {
  readonly answer: HttpResponse;
  /** Bytes that are there already. */
  readonly from: number;
  readonly total: number | undefined;
}

function lengthIn(headers: IncomingHttpHeaders): number | undefined {
  const length = Number(headers['content-length'] ?? Number.NaN);
  return Number.isSafeInteger(length) ? length : undefined;
}

async function readBegun(part: Part, algorithm: string, signal: AbortSignal): Promise<StartedTransfer | undefined> {
  const bytes = await part.usable();
  if (bytes === 0) return undefined;
  const hash = createHash(algorithm);
  const content: AsyncIterable<Buffer> = createReadStream(part.path, {
    end: bytes - 1,
    highWaterMark: 1 << 20,
    signal,
  });
  for await (const chunk of content) hash.update(chunk);
  return { bytes, hash };
}

/** Asks for what is missing; for all of it when the server cannot give just that, or has another version by now. */
async function start(url: string, part: Part, have: number, signal: AbortSignal): Promise<Start> {
  const whole = (answer: HttpResponse): Start => ({
    ...{ answer, from: 0, total: answer.encoded ? undefined : lengthIn(answer.headers) },
  });
  if (have === 0) return whole(await ask(url, {}, [], signal));
  const known = await part.facts();
  const condition = known?.validator === undefined ? {} : { 'if-range': known.validator };
  const accepted = [PARTIAL_CONTENT, RANGE_NOT_SATISFIABLE];
  const answer = await ask(url, { range: `bytes=${have}-`, ...condition }, accepted, signal);
  const [, first, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(answer.headers['content-range'] ?? '') ?? [];
  const other = known?.total !== undefined && Number(total) !== known.total;
  const validator = validatorOf(answer.headers);
  const changed = validator !== undefined && known?.validator !== undefined && validator !== known.validator;
  const fits = answer.status === PARTIAL_CONTENT && Number(first) === have && !other && !changed && !answer.encoded;
  if (fits) return { answer, from: have, total: Number(total) };
  if (answer.status < PARTIAL_CONTENT) return whole(answer);
  answer.body.destroy();
  return whole(await ask(url, {}, [], signal));
}

/** The body of an answer. What breaks it off is thrown as `Interruption`. */
async function* chunksOf({ body }: HttpResponse): AsyncGenerator<Buffer> {
  try {
    yield* body as AsyncIterable<Buffer>;
  } catch (error) {
    throw new Interruption(reasonOf(error), { cause: error });
  }
}

async function tryOnce(
  url: string,
  part: Part,
  algorithm: string,
  limits: Limits,
  build: BuildRun,
): Promise<Transferred> {
  const begun = await readBegun(part, algorithm, build.signal);
  const stalled = new AbortController();
  const signal = AbortSignal.any([build.signal, stalled.signal]);
  const timer = setTimeout(() => {
    const seconds = Math.round(limits.idleMilliseconds / 1000);
    stalled.abort(new Interruption(`the server has sent nothing for ${seconds} s`));
  }, limits.idleMilliseconds);
  try {
    const { answer, from, total } = await start(url, part, begun?.bytes ?? 0, signal);
    const validator = answer.encoded ? undefined : validatorOf(answer.headers);
    const hash = from > 0 && begun !== undefined ? begun.hash : createHash(algorithm);
    if (from > 0) build.say(`going on with the download of ${shownAddress(url)} at byte ${from}`);
    else await part.begin({ validator, total, resumable: !answer.encoded });
    let done = from;
    let shown = 0;
    await using file = await open(part.path, from > 0 ? 'a' : 'w');
    for await (const chunk of chunksOf(answer)) {
      timer.refresh();
      hash.update(chunk);
      await file.writeFile(chunk);
      done += chunk.length;
      if (total !== undefined && done > total) {
        await part.discard();
        throw new Interruption(`the server sent more than the ${total} bytes that it said`);
      }
      if (performance.now() - shown < PROGRESS_MILLISECONDS) continue;
      shown = performance.now();
      build.progress(`download ${shownAddress(url)}`, done, total, 'bytes');
    }
    build.progress(`download ${shownAddress(url)}`, done, done, 'bytes');
    if (total !== undefined && done !== total) throw new Interruption(`it ended after ${done} of ${total} bytes`);
    return { digest: hash.digest('hex'), size: done, validator, resumed: from > 0 };
  } catch (error) {
    throw stalled.signal.aborted && !build.signal.aborted ? stalled.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Downloads a file to the part's path, from where an earlier try stopped if the server still has that version, and
 * goes on by itself when it is interrupted. Throws `StepError` DOWNLOAD_… or DISK_FULL.
 */
export async function transfer(
  url: string,
  part: Part,
  algorithm: string,
  limits: Limits,
  build: BuildRun,
): Promise<Transferred> {
  let furthest = 0;
  let vain = 0;
  let begun = false;
  for (;;) {
    try {
      return await tryOnce(url, part, algorithm, limits, build);
    } catch (error) {
      const interrupted = error instanceof Interruption;
      begun ||= interrupted;
      const have = await part.usable();
      vain = have > furthest ? 0 : vain + 1;
      furthest = Math.max(furthest, have);
      const mayPass = interrupted || (error instanceof StepError && error.code.startsWith('DOWNLOAD_'));
      if (build.signal.aborted || !begun || !mayPass || vain >= PATIENCE) throw asFailure(error, url, build.signal);
      build.warn(`the download of ${shownAddress(url)} was interrupted (${error.message}); trying again`);
      await delay(limits.retryMilliseconds * 2 ** vain, undefined, { signal: build.signal }).catch(() => undefined);
      throwIfCancelled(build.signal);
    }
  }
}
