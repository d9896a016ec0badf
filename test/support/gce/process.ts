import { startTestCloudProcess, type TestCloudProcess } from '../cloud/process.ts';
import type { CallRecord, TestGce, WorldOptions } from './index.ts';

type Said = Pick<TestGce, 'endpoint' | 'customEndpoints' | 'token' | 'environment'>;

/** A test Compute Engine in a process of its own; control.ts lists what it may be asked. */
export type TestGceProcess = Said & TestCloudProcess<CallRecord>;

/** Starts one; it ends with this process at the latest. */
export function startTestGceProcess(options: WorldOptions = {}): Promise<TestGceProcess> {
  return startTestCloudProcess<Said, CallRecord>(new URL('main.ts', import.meta.url), options);
}
