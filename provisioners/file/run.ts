import type { ProvisionRun } from '../../plugins/sdk/index.ts';
import type { FileProvisionerConfig } from './config.gen.ts';
import { sourcesOf } from './sources.ts';
import { download } from './steps/download.ts';
import { upload } from './steps/upload.ts';

const CONTENT_MODE = 0o600;

export async function provision(config: FileProvisionerConfig, run: ProvisionRun): Promise<void> {
  const { signal, communicator } = run;
  if (config.content !== undefined) {
    run.say(`uploading content to ${config.destination}`);
    await communicator.upload({ content: config.content }, config.destination, { signal, mode: CONTENT_MODE });
    return;
  }
  const copy = config.direction === 'upload' ? upload : download;
  for (const source of sourcesOf(config)) {
    run.say(`${config.direction}ing ${source} => ${config.destination}`);
    await copy(source, config.destination, run);
  }
}
