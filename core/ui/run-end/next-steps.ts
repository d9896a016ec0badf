import { shortId } from '../../text/short-id.ts';
import type { RunRecord } from './run-record.ts';

/** What the lines about what to do next depend on, besides what happened. */
export interface NextOptions {
  /** Whether the run was told to keep what a failed build has made. */
  readonly keeps: boolean;
  /** Directory of the builds' log files, when there is one. */
  readonly logDirectory: string | undefined;
}

function ofEach(record: RunRecord): readonly string[] {
  return record.finished.flatMap(({ build, failure, login }) => {
    const files = Object.entries(failure?.files ?? {});
    return [
      ...(login === undefined ? [] : [`To get into the machine of ${build}: ${login}`]),
      ...files.map(([what, path]) => `The ${what} of ${build}: ${path}`),
    ];
  });
}

/** How a person gets on with a run of which something failed; empty when nothing did. */
export function nextLines(record: RunRecord, { keeps, logDirectory }: NextOptions): readonly string[] {
  const { finished, runId, report } = record;
  const failed = finished.filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0 || runId === undefined) return [];
  const isResumable = failed.some(({ resumable }) => resumable === true);
  const wasAtWork = failed.some(({ failure }) => failure?.step !== undefined);
  return [
    '==> Next:',
    ...[
      ...ofEach({ ...record, finished: failed }),
      ...(isResumable ? [`To go on with the build: kiln resume ${shortId(runId)}`] : []),
      ...(!keeps && wasAtWork
        ? ['To look at the machine of a build that fails, and to go on with it: kiln build -on-error=keep (or =ask)']
        : []),
      ...(logDirectory === undefined ? [] : [`The log of each build: ${logDirectory}`]),
      ...(report === undefined ? [] : [`The report of the run: ${report}`]),
    ].map((line) => `    ${line}`),
  ];
}
