import { formatTime } from '../go/go-time.ts';

const layouts: Readonly<Record<string, string>> = {
  A: 'Monday',
  a: 'Mon',
  B: 'January',
  b: 'Jan',
  d: '02',
  H: '15',
  I: '03',
  L: '.000',
  M: '04',
  m: '01',
  p: 'PM',
  S: '05',
  Y: '2006',
  y: '06',
  Z: 'MST',
  z: '-0700',
};

/** A moment in UTC by the directives that Packer knows; others stay as they are. */
export function strftime(time: Date, format: string): string {
  return format.replaceAll(/%([^])/g, (directive, letter: string) => {
    if (letter === '%') return '%';
    const layout = Object.hasOwn(layouts, letter) ? layouts[letter] : undefined;
    return layout === undefined ? directive : formatTime(time, layout);
  });
}
