import type { KilnEvent } from '../../events/event.ts';
import { clockText, sizeText } from './words.ts';

type Progress = Extract<KilnEvent, { readonly type: 'progress' }>;

/** Of what took less time the log says nothing. */
const LEAST_MILLISECONDS = 2000;

/** Says what a transfer came to when all its bytes are through: "download …: 200 MiB in 8s (25.0 MiB/s)". */
export function transferWatch(say: (event: Progress, text: string) => void): (event: KilnEvent) => void {
  const begun = new Map<string, Pick<Progress, 'time' | 'done'>>();
  return (event) => {
    if (event.type !== 'progress' || event.unit !== 'bytes') return;
    const { build, what, time, done, total } = event;
    const key = `${build}\n${what}`;
    const first = begun.get(key);
    if (total === undefined || done < total) {
      if (first === undefined || done < first.done) begun.set(key, { time, done });
      return;
    }
    begun.delete(key);
    const took = first === undefined ? 0 : time - first.time;
    if (first === undefined || took < LEAST_MILLISECONDS) return;
    const speed = sizeText((1000 * (done - first.done)) / took);
    say(event, `${what}: ${sizeText(done)} in ${clockText(took)} (${speed}/s)`);
  };
}
