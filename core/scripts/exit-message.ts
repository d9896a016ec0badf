/** "script a.sh exited with status 3 (expected 0)". */
export function exitMessage(script: string, exitStatus: number, expected: readonly number[]): string {
  const last = expected.length < 2 ? '' : ` or ${String(expected.at(-1))}`;
  const others = last === '' ? expected : expected.slice(0, -1);
  return `script ${script} exited with status ${exitStatus} (expected ${others.join(', ')}${last})`;
}
