import semver from 'semver';

/** Whether a version lies in a range as npm writes it ("^1.2.0"); undefined when that is no range. */
export function satisfies(version: string, range: string): boolean | undefined {
  const parsed = semver.validRange(range);
  return parsed === null ? undefined : semver.satisfies(version, parsed, { includePrerelease: true });
}

/** The highest of the versions in the range; undefined when there is none. */
export function highest(versions: readonly string[], range: string): string | undefined {
  return semver.maxSatisfying([...versions], range) ?? undefined;
}
