import { goProgram } from './go-program.ts';

/** Path of a real cosign: KILN_TEST_COSIGN, or see `goProgram`. */
export function cosignProgram(): string | undefined {
  const path = 'github.com/sigstore/cosign/v3/cmd/cosign';
  return process.env['KILN_TEST_COSIGN'] ?? goProgram({ name: 'cosign', path, version: 'v3.1.3' });
}
