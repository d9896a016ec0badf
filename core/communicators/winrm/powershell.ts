/** A command line of cmd.exe that runs a script in Windows PowerShell. The line has room for scripts of 2,900 characters. */
export function powershellCommand(script: string): string {
  const encoded = Buffer.from(script, 'utf16le').toString('base64');
  return `powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass -OutputFormat Text -EncodedCommand ${encoded}`;
}

/** Text as a PowerShell word in which nothing is expanded. PowerShell takes curly quotes for straight ones. */
export function powershellWord(text: string): string {
  return `'${text.replace(/['\u2018-\u201b]/g, (quote) => quote + quote)}'`;
}
