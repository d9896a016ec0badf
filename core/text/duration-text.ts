/** "1h2m3s", as Packer writes durations; milliseconds as "250ms". */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`;
  const seconds = Math.round(milliseconds / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 || (hours > 0 && rest > 0) ? `${minutes}m` : ''}${
    rest > 0 || seconds < 60 ? `${rest}s` : ''
  }`;
}
