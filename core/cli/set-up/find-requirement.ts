import { existsSync } from 'node:fs';
import type { Requirement } from '../../contract/component.ts';
import { findProgram } from '../../process/find-program.ts';

/** Where a program is on this machine; undefined when it lacks it. */
export type Find = (program: string) => string | undefined;

/** The path of what a component needs, or of what does as well; undefined when this machine lacks it. */
export function findRequirement(requirement: Requirement, find: Find = findProgram): string | undefined {
  const { program, orElse = [], isFile = false } = requirement;
  if (isFile) return existsSync(program) ? program : undefined;
  return [program, ...orElse].map((name) => find(name)).find((path) => path !== undefined);
}
