import { startTestCloudProcess, type TestCloudProcess } from '../cloud/process.ts';
import type { CallRecord, TestOpenStack, WorldOptions } from './index.ts';

type Said = Pick<TestOpenStack, 'endpoint' | 'authUrl' | 'environment'>;

/** A test OpenStack in a process of its own; control.ts lists what it may be asked. */
export type TestOpenStackProcess = Said & TestCloudProcess<CallRecord>;

/** Starts one; it ends with this process at the latest. */
export function startTestOpenStackProcess(options: WorldOptions = {}): Promise<TestOpenStackProcess> {
  return startTestCloudProcess<Said, CallRecord>(new URL('main.ts', import.meta.url), options);
}
