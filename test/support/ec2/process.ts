import { startTestCloudProcess, type TestCloudProcess } from '../cloud/process.ts';
import type { CallRecord, Ec2Credentials, TestEc2, WorldOptions } from './index.ts';

type Said = Pick<TestEc2, 'endpoint' | 'account' | 'environment'> & { readonly credentials: Ec2Credentials };

/** A test EC2 in a process of its own; control.ts lists what it may be asked. */
export type TestEc2Process = Said & TestCloudProcess<CallRecord>;

/** Starts one; it ends with this process at the latest. */
export function startTestEc2Process(options: WorldOptions = {}): Promise<TestEc2Process> {
  return startTestCloudProcess<Said, CallRecord>(new URL('main.ts', import.meta.url), options);
}
