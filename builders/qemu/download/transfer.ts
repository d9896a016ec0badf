import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { StepError, throwIfCancelled, type BuildRun } from '../../../plugins/sdk/index.ts';
import { validatorOf, type Part } from './part.ts';
import { asFailure, ask, type Address } from './request.ts';

const PROGRESS_MILLISECONDS = 200;
/** Interruptions without a byte more, after which it is given up. */
const PATIENCE = 3;
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

interface Start {
  readonly response: Response;
  /** Bytes that are there already. */
  readonly from: number;
  readonly total: number | undefined;
}

function lengthIn(headers: Headers): number | undefined {
  const length = Number(headers.get('content-length') ?? Number.NaN);
  return Number.isSafeInteger(length) && !headers.has('content-encoding') ? length : undefined;
}

/** Asks for what is missing; for all of it when the server cannot give just that, or has another version by now. */
async function start(address: Address, part: Part, signal: AbortSignal): Promise<Start> {
  const have = await part.usable();
  const known = await part.facts();
  if (have > 0) {
    const condition = known?.validator === undefined ? {} : { 'if-range': known.validator };
    const accepted = [RANGE_NOT_SATISFIABLE];
    const response = await ask(address, { range: `bytes=${have}-`, ...condition }, accepted, signal);
    const [, first, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
    const other = known?.total !== undefined && Number(total) !== known.total;
    const validator = validatorOf(response.headers);
    const changed = validator !== undefined && known?.validator !== undefined && validator !== known.validator;
    if (response.status === 206 && Number(first) === have && !other && !changed) {
      return { response, from: have, total: Number(total) };
    }
    if (response.status === 200) return { response, from: 0, total: lengthIn(response.headers) };
    await response.body?.cancel();
  }
  await part.discard();
  const response = await ask(address, {}, [], signal);
  return { response, from: 0, total: lengthIn(response.headers) };
}

async function hashPart(path: string, end: number, hash: Hash, signal: AbortSignal): Promise<void> {
  const content: AsyncIterable<Buffer> = createReadStream(path, { end: end - 1, highWaterMark: 1 << 20, signal });
  for await (const chunk of content) hash.update(chunk);
}

/** The body of an answer. What breaks it off is thrown as `Interruption`. */
async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  try {
    yield* response.body ?? [];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Interruption(error.cause instanceof Error ? error.cause.message : error.message, { cause: error });
  }
}

async function tryOnce(
  address: Address,
  part: Part,
  algorithm: string,
  limits: Limits,
  build: BuildRun,
): Promise<Transferred> {
  const { url } = address;
  const stalled = new AbortController();
  const signal = AbortSignal.any([build.signal, stalled.signal]);
  const timer = setTimeout(() => {
    const seconds = Math.round(limits.idleMilliseconds / 1000);
    stalled.abort(new Interruption(`the server has sent nothing for ${seconds} s`));
  }, limits.idleMilliseconds);
  let done = 0;
  try {
    const { response, from, total } = await start(address, part, signal);
    const validator = validatorOf(response.headers);
    const hash = createHash(algorithm);
    if (from > 0) {
      build.say(`going on with the download of ${url} at byte ${from}`);
      await hashPart(part.path, from, hash, build.signal);
    } else {
      await part.discard();
      await part.begin({
        url,
        ...(validator === undefined ? {} : { validator }),
        ...(total === undefined ? {} : { total }),
      });
    }
    done = from;
    let shown = 0;
    await using file = await open(part.path, from > 0 ? 'a' : 'w');
    for await (const chunk of chunksOf(response)) {
      timer.refresh();
      hash.update(chunk);
      await file.writeFile(chunk);
      done += chunk.length;
      if (performance.now() - shown < PROGRESS_MILLISECONDS) continue;
      shown = performance.now();
      build.progress(`download ${url}`, done, total);
    }
    build.progress(`download ${url}`, done, done);
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
  address: Address,
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
      return await tryOnce(address, part, algorithm, limits, build);
    } catch (error) {
      const interrupted = error instanceof Interruption;
      begun ||= interrupted;
      const have = await part.usable();
      vain = have > furthest ? 0 : vain + 1;
      furthest = Math.max(furthest, have);
      const mayPass = interrupted || (error instanceof StepError && error.code.startsWith('DOWNLOAD_'));
      if (build.signal.aborted || !begun || !mayPass || vain >= PATIENCE)
        throw asFailure(error, address.url, build.signal);
      build.warn(`the download of ${address.url} was interrupted (${error.message}); trying again`);
      await delay(limits.retryMilliseconds * 2 ** vain, undefined, { signal: build.signal }).catch(() => undefined);
      throwIfCancelled(build.signal);
    }
  }
}
