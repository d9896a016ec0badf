import * as Ebs from '@aws-sdk/client-ebs';
import type { CallsOf, CommandsOf } from '../commands.ts';

type EbsName = 'CompleteSnapshot' | 'PutSnapshotBlock' | 'StartSnapshot';

export type EbsCalls = CallsOf<typeof Ebs, EbsName>;

/** The operations by their names. */
export const commands: CommandsOf<typeof Ebs, EbsName> = {
  CompleteSnapshot: Ebs.CompleteSnapshotCommand,
  PutSnapshotBlock: Ebs.PutSnapshotBlockCommand,
  StartSnapshot: Ebs.StartSnapshotCommand,
};

export { EBSClient } from '@aws-sdk/client-ebs';
