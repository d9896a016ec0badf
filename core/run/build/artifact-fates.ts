import { isDeepStrictEqual } from 'node:util';
import type { Artifact } from '../../contract/artifact.ts';
import type { PostProcessed } from '../../contract/component.ts';
import type { ConfiguredBuilder } from '../../plan/plan.ts';

/** An artifact and the component that made it, as far as giving it up goes. */
export interface MadeArtifact {
  readonly artifact: Artifact;
  readonly maker: Pick<ConfiguredBuilder, 'discard'>;
}

/** An artifact that a post-processor of a sequence was given, or that the sequence ended with, and what becomes of it. */
export interface UsedArtifact extends MadeArtifact {
  readonly fate: PostProcessed['input'];
}

/** The fate of a post-processor's input: as the template or else the post-processor says. */
export function fateOfInput(
  said: PostProcessed['input'],
  wanted: 'keep' | 'discard' | undefined,
): UsedArtifact['fate'] {
  return said === 'contained' && wanted !== 'keep' ? 'contained' : (wanted ?? said);
}

/** What is contained stays or goes with what comes after it in the sequence; the end of a sequence stays. */
function settled(sequence: readonly UsedArtifact[]): readonly UsedArtifact[] {
  let after: UsedArtifact['fate'] = 'keep';
  const backwards = sequence.toReversed().map((used) => {
    if (used.fate !== 'contained') after = used.fate;
    return { ...used, fate: after };
  });
  return backwards.toReversed();
}

/**
 * What becomes of the builder's artifact and of those that the sequences made. An artifact stays when any of its uses
 * keeps it; without a sequence all stays. Artifacts that are alike in all count as one: two sequences may write one file.
 */
export function artifactFates(
  original: MadeArtifact,
  sequences: readonly (readonly UsedArtifact[])[],
): {
  /** The builder's artifact first, then those of each sequence; none twice. */
  readonly kept: readonly Artifact[];
  /** Last made first. */
  readonly discarded: readonly MadeArtifact[];
} {
  const uses: readonly UsedArtifact[] =
    sequences.length === 0 ? [{ ...original, fate: 'keep' }] : sequences.flatMap(settled);
  const usesOf = ({ artifact }: MadeArtifact): readonly UsedArtifact[] =>
    uses.filter((other) => isDeepStrictEqual(other.artifact, artifact));
  const distinct = uses.filter((used) => usesOf(used)[0] === used);
  const stays = (used: UsedArtifact): boolean => usesOf(used).some(({ fate }) => fate === 'keep');
  return {
    kept: distinct.filter(stays).map(({ artifact }) => artifact),
    discarded: distinct.filter((used) => !stays(used)).toReversed(),
  };
}
