import { GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { GenerateDataKeyCommandInput, GenerateDataKeyCommandOutput } from '@aws-sdk/client-kms';
import type { Call } from '../driver.ts';

export interface KmsCalls {
  readonly GenerateDataKey: Call<GenerateDataKeyCommandInput, GenerateDataKeyCommandOutput>;
}

/** The operations by their names. */
export const commands: { readonly [Name in keyof KmsCalls]: new (input: never) => object } = {
  GenerateDataKey: GenerateDataKeyCommand,
};

export { KMSClient };
