import { pythonEnvironment } from './python-environment.ts';

/** Directory of a Python with the validators of SPDX's and CycloneDX's own projects: KILN_TEST_SBOM, or see `pythonEnvironment`. */
export function sbomToolsDirectory(): string | undefined {
  const packages = ['spdx-tools==0.8.5', 'cyclonedx-python-lib[json-validation]==11.12.0'];
  return process.env['KILN_TEST_SBOM'] ?? pythonEnvironment({ name: 'sbom-tools', packages });
}
