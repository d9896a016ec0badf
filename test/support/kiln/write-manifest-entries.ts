/** A process of its own that adds entries to a manifest: `node write-manifest-entries.ts OUTPUT BUILD COUNT`. */
import { postProcess } from '../../../post-processors/manifest/run.ts';
import { artifactOf, postProcessRun } from '../post-process-run.ts';

const [output = '', buildName = '', count = '0'] = process.argv.slice(2);
for (let number = 0; number < Number(count); number++) {
  const config = {
    output,
    strip_path: false,
    strip_time: false,
    sizes: false,
    sources: false,
    custom_data: { number: String(number) },
  };
  await postProcess(artifactOf([]), config, postProcessRun({ buildName }));
}
