import { waitUntil } from '../../../builders/_googlecompute/api/wait.ts';
import type { PollResult } from '../../../plugins/sdk/cloud.ts';
import { tailOf } from '../../../plugins/sdk/host.ts';
import { throwIfCancelled } from '../../../plugins/sdk/index.ts';
import type { ExportWork } from '../export-work.ts';
import type { Worker } from './start-worker.ts';

const OVER = ['STOPPING', 'STOPPED', 'TERMINATED', 'SUSPENDING', 'SUSPENDED'];

async function serialOutput({ name: instance }: Worker, { cloud, image, zone }: ExportWork): Promise<string> {
  const { project } = image;
  const { contents } = await cloud.ask((compute, call) =>
    compute.instances.getSerialPortOutput({ project, zone, instance, port: 1 }, call),
  );
  return contents ?? '';
}

async function look(worker: Worker, mark: string, work: ExportWork): Promise<PollResult<string>> {
  const { cloud, image, zone } = work;
  const serial = await serialOutput(worker, work);
  const [, what, words = ''] =
    [...serial.matchAll(new RegExp(`kiln-export ${mark} (\\w+)(?: (.*))?`, 'g'))].at(-1) ?? [];
  if (what === 'done') return { done: words.trim() };
  if (what === 'failed') return { failed: `the worker says: ${words.trim()}` };
  const { status } = await cloud.ask((compute, call) =>
    compute.instances.get({ project: image.project, zone, instance: worker.name }, call),
  );
  if (OVER.includes(status ?? '')) return { failed: `the worker is ${status ?? ''}` };
  return { state: what ?? status ?? 'unknown' };
}

/**
 * Waits until the worker has written all objects; resolves with the archive's SHA-256. What the worker wrote to its serial
 * port is shown when it does not. Throws `StepError` GOOGLE_FAILED, `TimeoutError` GOOGLE_TIMEOUT.
 */
export async function awaitExport(worker: Worker, mark: string, work: ExportWork): Promise<string> {
  const { run, config, image } = work;
  try {
    return await waitUntil(
      {
        thing: `the export of ${image.name}`,
        wanted: 'done',
        limit: { milliseconds: config.export_timeout, option: 'export_timeout' },
        look: () => look(worker, mark, work),
      },
      work.build,
    );
  } catch (error) {
    throwIfCancelled(run.signal);
    const tail = tailOf(await serialOutput(worker, work).catch(() => '')).trim();
    if (tail !== '') run.warn(`the end of the serial log of the worker ${worker.name}:\n${tail}`);
    throw error;
  }
}
