import type { PowershellProvisionerConfig } from './config.gen.ts';

/** What means something between double quotes; PowerShell takes curly ones for straight ones. */
const SPECIAL = /[$"'`\u201c-\u201e]/g;

export function escapeForDoubleQuotes(text: string): string {
  return text.replace(SPECIAL, (sign) => `\`${sign}`);
}

/** Windows PowerShell takes a script without a mark at its beginning for one in the guest's old code page. */
export function encodeScript(text: string): Buffer {
  return Buffer.from(/[^\0-\x7f]/.test(text) ? `\ufeff${text}` : text);
}

/** Inline lines as a script that exits with 1 when one throws, and else with the status of the last program. */
export function inlineText(
  lines: readonly string[],
  variables: string,
  debugMode: PowershellProvisionerConfig['debug_mode'],
): string {
  return [
    "$ProgressPreference = 'SilentlyContinue'",
    ...(debugMode === 0 ? [] : [`Set-PSDebug -Trace ${debugMode}`]),
    '$exitCode = 0',
    'try {',
    variables,
    ...lines,
    '$exitCode = 0',
    '} catch {',
    'Write-Error "An error occurred: $_"',
    '$exitCode = 1',
    '}',
    'if ((Test-Path variable:global:LASTEXITCODE) -and ($null -ne $LASTEXITCODE) -and ($LASTEXITCODE -ne 0)) {',
    '$exitCode = $LASTEXITCODE',
    '}',
    'exit $exitCode',
    '',
  ].join('\n');
}
