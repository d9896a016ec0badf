import { isDeepStrictEqual } from 'node:util';
import type { Artifact } from '../../contract/artifact.ts';
import type { ReleaseContext } from '../../contract/resource.ts';

/** The component that made an artifact, as far as giving it up goes. */
export interface ArtifactMaker {
  discard?(artifact: Artifact, context: ReleaseContext): Promise<void>;
}

export interface MadeArtifact {
  readonly artifact: Artifact;
  readonly maker: ArtifactMaker;
}

/** What one post-processor did with what it was given. */
export interface Processed {
  /** The template's `keep_input_artifact`. */
  readonly keepWanted: boolean | undefined;
  readonly keepByDefault: boolean;
  /** The output contains the input. */
  readonly contained: boolean;
  /** Undefined: the sequence ended here. */
  readonly output: MadeArtifact | undefined;
}

/** Post-processors that ran one after the other, the first on the builder's artifact. */
export interface Sequence {
  readonly done: readonly Processed[];
  readonly failed: boolean;
}

export interface Fates {
  /** The builder's artifact first, then those of each sequence; none twice. */
  readonly kept: readonly Artifact[];
  /** Last made first. */
  readonly discarded: readonly MadeArtifact[];
}

/**
 * Whether the input of each post-processor stays: as the template or else the post-processor says. What an output
 * contains stays or goes with it, unless the template wants it kept; of a sequence that failed everything stays.
 */
function keptInputs({ done, failed }: Sequence): readonly boolean[] {
  let keptOutput = true;
  const backwards = done.toReversed().map(({ keepWanted, keepByDefault, contained }) => {
    const kept = contained ? keepWanted === true || keptOutput : (keepWanted ?? keepByDefault);
    keptOutput = failed || kept;
    return keptOutput;
  });
  return backwards.toReversed();
}

function includes(artifacts: readonly Artifact[], artifact: Artifact): boolean {
  return artifacts.some((other) => isDeepStrictEqual(other, artifact));
}

/** What becomes of the builder's artifact and of those that the sequences made. No sequences, all stays. */
export function artifactFates(original: MadeArtifact, sequences: readonly Sequence[]): Fates {
  const used = sequences.filter(({ done, failed }) => done.length > 0 || failed);
  const wanted = used.map((sequence) => ({ sequence, kept: keptInputs(sequence) }));
  const originalKept = wanted.length === 0 || wanted.some(({ kept, sequence }) => kept[0] ?? sequence.failed);
  const all = [
    { made: original, kept: originalKept },
    ...wanted.flatMap(({ sequence, kept }) =>
      sequence.done.flatMap(({ output }, index) =>
        output === undefined ? [] : [{ made: output, kept: kept[index + 1] ?? true }],
      ),
    ),
  ];
  const kept: Artifact[] = [];
  for (const fate of all) if (fate.kept && !includes(kept, fate.made.artifact)) kept.push(fate.made.artifact);
  const discarded = all
    .filter((fate) => !fate.kept && !includes(kept, fate.made.artifact))
    .map(({ made }) => made)
    .toReversed();
  return { kept, discarded };
}
