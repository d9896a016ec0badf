import semver from 'semver';

/** Whether a version lies in a range as npm writes it ("^1.2.0"); undefined when that is no range. */
export function satisfies(version: string, range: string): boolean | undefined {
  const parsed = semver.validRange(range);
  return parsed === null ? undefined : semver.satisfies(version, parsed, { includePrerelease: true });
}

/** The highest of some versions, one for everybody's use before one that is to be tried out; undefined without any. */
export function latest(versions: readonly string[]): string | undefined {
  return semver.maxSatisfying([...versions], '*') ?? semver.rsort([...versions])[0];
}
