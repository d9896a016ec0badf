import type { BuildView, ProgressView, WaitView } from './model.ts';
import { clockText, sizesText, sizeText } from './words.ts';

/** A build's moment in words, in parts of which a narrow view leaves out the last ones. */
export interface Status {
  /** What it does: "[2/5] shell: apt-get install -y nginx". */
  readonly doing: string;
  /** "41s"; "" when nothing has begun. */
  readonly time: string;
  /** "10m00s", when it is given up or over then. */
  readonly limit: string | undefined;
  readonly progress: ProgressView | undefined;
  /** Why it takes so long, or what was heard last. */
  readonly detail: string;
}

function waitDetail({ reason, console }: WaitView): string {
  const parts = [...(reason === undefined ? [] : [reason]), ...(console === undefined ? [] : [`console: ${console}`])];
  return parts.join('; ');
}

function lastOf<Value>(map: ReadonlyMap<string, Value>): Value | undefined {
  return [...map.values()].at(-1);
}

/** "45 %", "92.4/204 MiB", "11.2 MiB/s", "9s left": as far as each is known. */
export function progressParts(progress: ProgressView, now: number): readonly string[] {
  const { done, total, unit } = progress;
  const share = total === undefined || total <= 0 ? [] : [`${Math.floor((100 * done) / total)} %`];
  const speed = progress.rate.value(now);
  const isMoving = speed !== undefined && speed > 0;
  const left = total !== undefined && isMoving ? [`${clockText((total - done) / speed)} left`] : [];
  switch (unit) {
    case 'bytes':
      return [
        ...share,
        total === undefined ? sizeText(done) : sizesText(done, total),
        ...(speed === undefined ? [] : [`${sizeText(speed * 1000)}/s`]),
        ...left,
      ];
    case 'items':
      return [...share, total === undefined ? String(done) : `${done} of ${total}`];
    case undefined:
      return [...share, ...left];
  }
}

/** What a running build does at this moment. */
export function statusOf(build: BuildView, now: number): Status {
  const step = build.steps.at(-1);
  const wait = lastOf(build.waits);
  const progress = lastOf(build.progress);
  if (wait !== undefined) {
    const { what, started, limit } = wait;
    return {
      doing: step === undefined ? what : `${step.text}: waiting for ${what}`,
      time: clockText(now - started),
      limit: limit === undefined ? undefined : clockText(limit),
      progress: undefined,
      detail: waitDetail(wait),
    };
  }
  if (progress !== undefined) {
    const time = clockText(now - progress.started);
    return { doing: progress.what, time, limit: undefined, progress, detail: '' };
  }
  const time = step === undefined ? '' : clockText(now - step.started);
  return { doing: step?.text ?? 'starting', time, limit: undefined, progress: undefined, detail: build.line };
}

/** The same as one sentence, for a log: "still waiting for SSH at 10.0.0.5:22 (1m30s of 10m00s): refused". */
export function statusSentence(build: BuildView, now: number): string {
  const wait = lastOf(build.waits);
  const { doing, time, limit, progress, detail } = statusOf(build, now);
  const what = wait === undefined ? `still at ${doing}` : `still waiting for ${wait.what}`;
  const within = limit === undefined ? time : `${time} of ${limit}`;
  const facts = [within, ...(progress === undefined ? [] : progressParts(progress, now))].filter((part) => part !== '');
  return `${what}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}${detail === '' ? '' : `: ${detail}`}`;
}
