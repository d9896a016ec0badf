import type { KilnEvent } from '../events/event.ts';
import { machineLine } from './machine-line.ts';
import { ofBuild } from './of-build.ts';
import { runRecorder, type Finished, type RunRecord, type RunRecorder } from './run-end/run-record.ts';
import { nothingForTheMoment, type Reporter, type Write } from './reporter.ts';
import { finishedLine, leftBehindLines } from './run-end/summary.ts';
import { durationText } from './time-text.ts';

/** Writes one record of the machine-readable format. */
type Put = (target: string, type: string, ...data: readonly string[]) => void;

/** Records are about a build by its name in the template, as with Packer; people read it with its type. */
function putArtifacts(put: Put, { name, build, artifacts }: Finished): void {
  put(name, 'artifact-count', String(artifacts.length));
  for (const [index, artifact] of artifacts.entries()) {
    const about = (...data: readonly string[]): void => put(name, 'artifact', String(index), ...data);
    about('builder-id', artifact.builderId);
    about('id', artifact.id);
    about('string', artifact.description);
    about('files-count', String(artifact.files.length));
    for (const [number, path] of artifact.files.entries()) about('file', String(number), path);
    about('end');
    put('', 'ui', 'say', `--> ${build}: ${artifact.description}`);
  }
}

function putEnd(put: Put, { finished, leftBehind }: RunRecord, milliseconds: number): void {
  put('', 'ui', 'say', `\n==> Wait completed after ${durationText(milliseconds)}`);
  const failed = finished.filter(({ failure }) => failure !== undefined);
  if (failed.length > 0) {
    put('', 'error-count', String(failed.length));
    put('', 'ui', 'error', "\n==> Some builds didn't complete successfully and had errors:");
    for (const { name, build, failure } of failed) {
      put(name, 'error', failure?.message ?? '');
      put('', 'ui', 'error', `--> ${build}: ${failure?.message ?? ''}`);
    }
  }
  const made = [...finished]
    .filter(({ artifacts, failure }) => artifacts.length > 0 && failure === undefined)
    .sort((a, b) => (a.build < b.build ? -1 : 1));
  if (made.length === 0) put('', 'ui', 'say', '\n==> Builds finished but no artifacts were created.');
  else put('', 'ui', 'say', '\n==> Builds finished. The artifacts of successful builds are:');
  for (const each of made) putArtifacts(put, each);
  for (const line of leftBehindLines({ leftBehind })) put('', 'ui', 'error', line);
}

function show(event: KilnEvent, put: Put, recorder: RunRecorder): void {
  const ui = (type: 'say' | 'message' | 'error', text: string): void => put('', 'ui', type, text);
  switch (event.type) {
    case 'step-started':
      ui('say', `==> ${event.build}: ${event.step}...`);
      break;
    case 'message':
      if (event.level === 'info') ui('message', `    ${ofBuild(event.build, event.text)}`);
      else if (event.level !== 'debug') ui('error', `==> ${ofBuild(event.build, event.text)}`);
      break;
    case 'output':
      if (event.stream === 'stdout') ui('message', `    ${ofBuild(event.build, event.text)}`);
      else ui('error', `==> ${ofBuild(event.build, event.text)}`);
      break;
    case 'build-finished':
      ui(event.failure === undefined ? 'say' : 'error', finishedLine(event));
      break;
    case 'run-finished':
      putEnd(put, recorder.record(), event.milliseconds);
      break;
    default:
  }
}

/** Packer's machine-readable lines. */
export function machineReadable(write: Write): Reporter {
  const recorder = runRecorder();
  return {
    report: (event) => {
      recorder.note(event);
      show(event, (target, type, ...data) => write(machineLine(event.time, target, type, data)), recorder);
    },
    ...nothingForTheMoment,
  };
}
