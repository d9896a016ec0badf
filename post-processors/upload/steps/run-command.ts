import { basename } from 'node:path';
import { aboutOption, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import { runProgram } from '../../../plugins/sdk/host.ts';
import type { SentFile } from '../targets/store.ts';

/** Runs the user's command for a file that is there. Throws `CommandError` when it fails. */
export async function runCommand(command: string, file: SentFile, url: string, run: PostProcessRun): Promise<void> {
  const env = {
    ...run.environment,
    KILN_UPLOAD_URL: url,
    KILN_UPLOAD_NAME: basename(file.name),
    KILN_UPLOAD_FILE: file.path,
    KILN_UPLOAD_SIZE: String(file.size),
    KILN_UPLOAD_SHA256: file.sha256,
  };
  run.say(`running the post_upload_command for ${url}`);
  await aboutOption('/post_upload_command', () =>
    runProgram('/bin/sh', ['-c', command], {
      signal: run.signal,
      env,
      onLine: (stream, line) => run.output(stream, line),
    }),
  );
}
