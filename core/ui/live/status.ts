import type { BuildView, ProgressView, WaitView } from './model.ts';
import { clockText, sizesText, sizeText } from './words.ts';

/** A build's moment in words, in parts of which a narrow view leaves out the last ones. */
export interface Status {
  /** What it does: "[2/5] shell: apt-get install -y nginx". */
  readonly doing: string;
  /** "41s", "2m27s of 10m00s"; "" when nothing has begun. */
  readonly time: string;
  readonly progress: ProgressView | undefined;
  /** Why it takes so long, or what was heard last. */
  readonly detail: string;
}

function timeText(started: number, now: number, limit?: number): string {
  const passed = clockText(now - started);
  return limit === undefined ? passed : `${passed} of ${clockText(limit)}`;
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
  const doing = step?.text ?? 'starting';
  if (wait !== undefined) {
    const about = step === undefined ? wait.what : `${step.text}: waiting for ${wait.what}`;
    return {
      doing: about,
      time: timeText(wait.started, now, wait.limit),
      progress: undefined,
      detail: waitDetail(wait),
    };
  }
  if (progress !== undefined) {
    return { doing: progress.what, time: timeText(progress.started, now), progress, detail: '' };
  }
  return {
    doing,
    time: step === undefined ? '' : timeText(step.started, now),
    progress: undefined,
    detail: build.line,
  };
}

/** The same as one sentence, for a log: "still waiting for SSH at 10.0.0.5:22 (1m30s of 10m00s): refused". */
export function statusSentence(build: BuildView, now: number): string {
  const wait = lastOf(build.waits);
  const { doing, time, progress, detail } = statusOf(build, now);
  const what = wait === undefined ? `still at ${doing}` : `still waiting for ${wait.what}`;
  const facts = [time, ...(progress === undefined ? [] : progressParts(progress, now))].filter((part) => part !== '');
  return `${what}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}${detail === '' ? '' : `: ${detail}`}`;
}
