import { aboutOption, type ProvisionRun } from '../../plugins/sdk/index.ts';
import type { FileProvisionerConfig } from './config.gen.ts';
import { placementOf } from './placement.ts';
import { namedSources } from './sources.ts';
import { download } from './steps/download.ts';
import { upload, uploadContent } from './steps/upload.ts';

export async function provision(config: FileProvisionerConfig, run: ProvisionRun): Promise<void> {
  const { destination } = config;
  const placement = placementOf(config);
  if (config.content !== undefined) {
    run.say(`uploading content to ${destination}`);
    const { content } = config;
    return aboutOption('/content', () => uploadContent(content, destination, placement, run));
  }
  for (const { source, pointer } of namedSources(config)) {
    run.say(`${config.direction}ing ${source} => ${destination}`);
    await aboutOption(pointer, () =>
      config.direction === 'upload'
        ? upload(source, destination, placement, run)
        : download(source, destination, config.verify, run),
    );
  }
}
