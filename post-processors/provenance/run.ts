import { basename, dirname, join, resolve } from 'node:path';
import { StepError, type Artifact, type PostProcessed, type PostProcessRun } from '../../plugins/sdk/index.ts';
import { shownPath } from '../_shared/shown-path.ts';
import { writeOutput } from '../_shared/write-output.ts';
import { envelopeBundle } from '../_signing/sigstore/bundle.ts';
import { signEnvelope } from '../_signing/sigstore/dsse.ts';
import { loadPrivateKey } from '../_signing/sigstore/private-key.ts';
import type { ProvenancePostProcessorConfig } from './config.gen.ts';
import { provenanceStatement } from './statement.ts';
import { digestFiles } from './steps/digest-files.ts';

/** The statement's text signed, as a sigstore bundle; undefined without a key. */
async function signed(
  statement: string,
  { cosign_key_file, cosign_password }: ProvenancePostProcessorConfig,
  { signal }: PostProcessRun,
): Promise<string | undefined> {
  if (cosign_key_file === undefined) return undefined;
  const password = cosign_password === undefined ? {} : { cosign_password };
  const key = await loadPrivateKey({ cosign_key_file, ...password }, signal);
  if (key === 'program') {
    throw new StepError(`the key ${cosign_key_file} is one of cosign's own form`, {
      code: 'SIGN_KEY',
      pointer: '/cosign_key_file',
      hint: 'take a key in PKCS #8 form: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256',
    });
  }
  return envelopeBundle(signEnvelope('application/vnd.in-toto+json', Buffer.from(statement), key), key);
}

export async function postProcess(
  input: Artifact,
  config: ProvenancePostProcessorConfig,
  run: PostProcessRun,
): Promise<PostProcessed> {
  const [first] = input.files;
  if (first === undefined) {
    throw new StepError('the artifact has no local files that a statement could be about', {
      code: 'PROVENANCE_NO_FILES',
      hint: 'a cloud image has no digest; put provenance where there are files',
    });
  }
  const origin = run.origin();
  const digests = await digestFiles(input.files, run);
  const sourceDigests = await digestFiles(
    Object.values(origin.sources).flatMap(({ files }) => files),
    run,
  );
  const subjects = [...digests].map(([file, sha256]) => ({ name: basename(file), sha256 }));
  const facts = { subjects, origin, sourceDigests, finished: new Date() };
  const statement = JSON.stringify(provenanceStatement(facts, config, run));
  const stem = join(resolve(config.output_dir ?? dirname(first)), `${basename(first)}.provenance`);
  run.say(`writing ${shownPath(stem)}.json`);
  const bundle = await signed(statement, config, run);
  const written = new Map([[`${stem}.json`, `${statement}\n`]]);
  if (bundle !== undefined) written.set(`${stem}.sigstore.json`, bundle);
  for (const [path, text] of written) await writeOutput(path, text, '/output_dir', run);
  const artifact: Artifact = {
    builderId: 'kiln.post-processor.provenance',
    id: input.id,
    description: `provenance: ${[...written.keys()].map(shownPath).join(', ')}`,
    files: [...new Set([...input.files, ...written.keys()])],
    ...(input.disks === undefined ? {} : { disks: input.disks }),
    properties: input.properties,
  };
  return { artifact, input: 'contained' };
}
