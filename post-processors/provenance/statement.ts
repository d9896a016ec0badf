import type { BuildOrigin, JsonObject, PostProcessRun } from '../../plugins/sdk/index.ts';
import type { ProvenancePostProcessorConfig } from './config.gen.ts';
import { dependenciesOf, templateOf } from './dependencies.ts';

/** A file and its SHA-256 in hex. */
export interface Subject {
  readonly name: string;
  readonly sha256: string;
}

/** What a statement is made of besides the build's own story. */
export interface StatementFacts {
  readonly subjects: readonly Subject[];
  readonly origin: BuildOrigin;
  /** SHA-256 of the files that the build started from, by path. */
  readonly sourceDigests: ReadonlyMap<string, string>;
  readonly finished: Date;
}

function dayTime(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** An in-toto statement with SLSA's provenance, version 1. */
export function provenanceStatement(
  { subjects, origin, sourceDigests, finished }: StatementFacts,
  config: ProvenancePostProcessorConfig,
  run: Pick<PostProcessRun, 'buildName' | 'builderType' | 'runId' | 'runStarted'>,
): JsonObject {
  const { version, variables, secretVariables, options, provisioners, steps } = origin;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjects.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: config.build_type,
        externalParameters: {
          template: templateOf(origin, config.source_uri),
          build: { name: run.buildName, type: run.builderType },
          variables,
          ...(secretVariables === 0 ? {} : { secretVariables }),
        },
        internalParameters: { options, provisioners, steps },
        resolvedDependencies: dependenciesOf(origin, config.source_uri, sourceDigests),
      },
      runDetails: {
        builder: { id: config.builder_id, version: { kiln: version } },
        metadata: {
          invocationId: run.runId,
          startedOn: dayTime(new Date(run.runStarted)),
          finishedOn: dayTime(finished),
        },
      },
    },
  };
}
