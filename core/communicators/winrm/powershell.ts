/** Texts for Windows PowerShell. */
export interface Powershell {
  /** A command line of cmd.exe that runs a script. The line has room for scripts of 2,900 characters. */
  command(script: string): string;
  /** Text as a word of a script in which nothing is expanded. PowerShell takes curly quotes for straight ones. */
  word(text: string): string;
}

/** What is said to Windows PowerShell; see `Powershell`. */
export const powershell: Powershell = {
  command: (script) => {
    const encoded = Buffer.from(script, 'utf16le').toString('base64');
    return `powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass -OutputFormat Text -EncodedCommand ${encoded}`;
  },
  word: (text) => `'${text.replace(/['\u2018-\u201b]/g, (quote) => quote + quote)}'`,
};
