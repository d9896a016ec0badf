function field(text: string): string {
  return text.replaceAll(',', '%!(PACKER_COMMA)').replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}

/** One line of Packer's machine-readable format, with its end. `time` is milliseconds since the epoch. */
export function machineLine(time: number, target: string, type: string, data: readonly string[]): string {
  return `${[String(Math.floor(time / 1000)), target, type, ...data.map(field)].join(',')}\n`;
}
