const HCL = "is Packer's for HCL2 templates; in JSON templates it has no meaning";

/** Flags of Packer that mean nothing here, and why. */
export const packerFlags: Readonly<Record<string, string>> = {
  'use-sequential-evaluation': HCL,
  'warn-on-undeclared-var': `${HCL}: variables that are given need no declaration`,
  'no-warn-undeclared-var': `${HCL}: variables that are given need no declaration`,
  'ignore-prerelease-plugins': 'is for plugins of Packer, which Kiln does not load',
  'skip-enforcement': 'is for HCP Packer, which Kiln does not speak to',
};
