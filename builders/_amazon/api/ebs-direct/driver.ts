import { CompleteSnapshotCommand, EBSClient, PutSnapshotBlockCommand, StartSnapshotCommand } from '@aws-sdk/client-ebs';
import type * as Ebs from '@aws-sdk/client-ebs';
import type { Call } from '../driver.ts';

export interface EbsCalls {
  readonly CompleteSnapshot: Call<Ebs.CompleteSnapshotCommandInput, Ebs.CompleteSnapshotCommandOutput>;
  readonly PutSnapshotBlock: Call<Ebs.PutSnapshotBlockCommandInput, Ebs.PutSnapshotBlockCommandOutput>;
  readonly StartSnapshot: Call<Ebs.StartSnapshotCommandInput, Ebs.StartSnapshotCommandOutput>;
}

/** The operations by their names. */
export const commands: { readonly [Name in keyof EbsCalls]: new (input: never) => object } = {
  CompleteSnapshot: CompleteSnapshotCommand,
  PutSnapshotBlock: PutSnapshotBlockCommand,
  StartSnapshot: StartSnapshotCommand,
};

export { EBSClient };
