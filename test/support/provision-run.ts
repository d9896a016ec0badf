import type { Communicator } from '../../core/contract/communicator.ts';
import type { ProvisionRun } from '../../plugins/sdk/index.ts';
import { postProcessRun } from './post-process-run.ts';

export interface TestProvisionRun extends ProvisionRun {
  /** What was said and warned of. */
  readonly said: readonly string[];
  /** Lines of output, each with its stream before it. */
  readonly shown: readonly string[];
}

/** What a provisioner is given, as `postProcessRun`. */
export function provisionRun(communicator: Communicator, given: Partial<ProvisionRun> = {}): TestProvisionRun {
  const shown: string[] = [];
  const { lines, ...run } = postProcessRun();
  return {
    ...run,
    communicator,
    output: (stream, line) => void shown.push(`${stream} ${line}`),
    environment: { PACKER_BUILD_NAME: 'vm' },
    ...given,
    said: lines,
    shown,
  };
}
