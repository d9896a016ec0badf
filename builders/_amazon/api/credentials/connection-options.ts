/** A role to take on, by AWS's names of its parameters. */
export interface AssumedRole {
  readonly RoleArn: string;
  readonly RoleSessionName?: string;
  /** Seconds. */
  readonly DurationSeconds?: number;
  readonly ExternalId?: string;
  readonly Policy?: string;
  readonly PolicyArns?: { readonly arn: string }[];
  readonly Tags?: { readonly Key: string; readonly Value: string }[];
  readonly TransitiveTagKeys?: string[];
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A role taken on with the token of another identity provider: of a CI system or of Kubernetes. */
export interface WebIdentity {
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly durationSeconds?: number;
  readonly policy?: string;
  readonly policyArns?: { readonly arn: string }[];
  /** One of the two; the file is read anew each time. */
  readonly token?: string;
  readonly tokenFile?: string;
}

/** Where HashiCorp Vault makes credentials for AWS. */
export interface VaultEngine {
  readonly name: string;
  readonly engine: string;
  readonly roleArn?: string;
  readonly ttl?: string;
}

/** All that tells one way into AWS from another. Builds whose options are equal share clients, credentials and limits. */
export interface ConnectionOptions {
  /** Undefined: what the environment or the profile says. */
  readonly region?: string;
  readonly profile?: string;
  readonly credentials?: Credentials;
  readonly credentialsFile?: string;
  readonly vault?: VaultEngine;
  readonly webIdentity?: WebIdentity;
  /** Taken on one after another. */
  readonly roles: readonly AssumedRole[];
  readonly mfaCode?: string;
  /** Address of EC2, for services that look like it. */
  readonly ec2Endpoint?: string;
  readonly insecure: boolean;
  /** How often a call is made before it counts as failed. */
  readonly maxAttempts: number;
  /** Whether the machine's own role and region may be asked for. */
  readonly metadataService: boolean;
}
