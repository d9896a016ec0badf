/** Packer's colours of builds, in its order; then the bright ones, but for red. */
const buildColours: readonly number[] = [32, 36, 35, 33, 34, 92, 96, 95, 93, 94];
const red = 31;
const green = 32;
const yellow = 33;

export interface Palette {
  /** Colours the lines of a build; the first asker gets green. Lines of the run, without a build, have no colour. */
  ofBuild(build: string | undefined, text: string, bold: boolean): string;
  /** What failed. */
  error(text: string): string;
  /** What went well. */
  good(text: string): string;
  /** What may be wrong. */
  warning(text: string): string;
}

function painted(code: number, bold: boolean, text: string): string {
  return text === '' ? '' : `\u001b[${bold ? 1 : 0};${code}m${text}\u001b[0m`;
}

/** `enabled` false: the text comes back as it is. */
export function palette(enabled: boolean): Palette {
  const known = new Map<string, number>();
  const colourOf = (build: string): number => {
    const colour = known.get(build) ?? buildColours[known.size % buildColours.length] ?? red;
    known.set(build, colour);
    return colour;
  };
  return {
    ofBuild: (build, text, bold) => (enabled && build !== undefined ? painted(colourOf(build), bold, text) : text),
    error: (text) => (enabled ? painted(red, true, text) : text),
    good: (text) => (enabled ? painted(green, true, text) : text),
    warning: (text) => (enabled ? painted(yellow, true, text) : text),
  };
}
