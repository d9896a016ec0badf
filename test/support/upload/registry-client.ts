const ACCEPT = ['manifest', 'index'].map((each) => `application/vnd.oci.image.${each}.v1+json`).join(', ');

export interface ReadManifest {
  readonly artifactType: string;
  readonly manifests?: readonly { readonly digest: string }[];
  readonly layers: readonly { readonly digest: string; readonly annotations: Readonly<Record<string, string>> }[];
}

export interface RegistryClient {
  manifest(repository: string, reference: string): Promise<ReadManifest | undefined>;
  blob(repository: string, digest: string): Promise<Buffer>;
  tags(repository: string): Promise<readonly string[]>;
}

/** Asks the registry of `startRegistry`, by none of Kiln's code. */
export function registryClient(port: number): RegistryClient {
  const ask = (path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/v2/${path}`, {
      headers: { authorization: `Basic ${Buffer.from('kiln:a-password').toString('base64')}`, accept: ACCEPT },
    });
  return {
    manifest: async (repository, reference) => {
      const answer = await ask(`${repository}/manifests/${reference}`);
      return answer.ok ? ((await answer.json()) as ReadManifest) : undefined;
    },
    blob: async (repository, digest) => Buffer.from(await (await ask(`${repository}/blobs/${digest}`)).arrayBuffer()),
    tags: async (repository) =>
      ((await (await ask(`${repository}/tags/list`)).json()) as { tags: string[] | null }).tags ?? [],
  };
}
