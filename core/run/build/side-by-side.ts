import type { PlannedPostProcessor } from '../../plan/plan.ts';
import type { BuildState } from './build-state.ts';

/** A sequence of post-processors and its place among those of the build. */
export type NumberedSequence = readonly [number, readonly PlannedPostProcessor[]];

function typesOf(sequences: readonly NumberedSequence[]): readonly string[] {
  return sequences.flatMap(([, sequence]) => sequence.map(({ type }) => type));
}

/**
 * The build's sequences in groups that run one after the other, and in a group at the same time: neighbours whose
 * post-processors are all independent. Two of one type may write the same file by turns (lines of a checksum file), so they keep
 * their order. Someone at the terminal who is asked about steps sees one after the other.
 */
export function sideBySide({ run, planned }: Pick<BuildState, 'run' | 'planned'>): readonly NumberedSequence[][] {
  const alone = run.debug || run.onError === 'ask';
  const groups: NumberedSequence[][] = [];
  for (const entry of planned.postProcessors.entries()) {
    const group = groups.at(-1) ?? [];
    const types = typesOf([entry]);
    const joins =
      !alone &&
      [...group, entry].every(([, sequence]) => sequence.every((each) => each.independent())) &&
      !typesOf(group).some((type) => types.includes(type));
    if (joins && group.length > 0) group.push(entry);
    else groups.push([entry]);
  }
  return groups;
}
