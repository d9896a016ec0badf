import type { BuildView } from './model.ts';

/** Signs that tell states apart without their colours. */
export interface Marks {
  readonly of: Readonly<Record<BuildView['state'], string>>;
  readonly rule: string;
  readonly cut: string;
  readonly full: string;
  readonly empty: string;
  readonly dot: string;
}

export const unicodeMarks: Marks = {
  of: { 'to come': '·', running: '▸', succeeded: '✓', failed: '✗', cancelled: '■', skipped: '-' },
  rule: '─',
  cut: '…',
  full: '█',
  empty: '░',
  dot: '·',
};

export const asciiMarks: Marks = {
  of: { 'to come': '.', running: '>', succeeded: '+', failed: 'x', cancelled: '=', skipped: '-' },
  rule: '-',
  cut: '~',
  full: '#',
  empty: '.',
  dot: '|',
};
