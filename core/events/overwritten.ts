/** What a terminal shows of a line in the end: the text behind its last carriage return (progress bars). */
export function lastState(line: string): string {
  const end = line.endsWith('\r') ? line.replace(/\r+$/, '') : line;
  return end.slice(end.lastIndexOf('\r') + 1);
}
