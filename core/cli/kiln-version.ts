import packageFile from '../../package.json' with { type: 'json' };

export const kilnVersion: string = packageFile.version;

/** What `kiln version` says. */
export const versionText: string = `Kiln v${kilnVersion}`;

/** The version of Packer that Kiln stands in for, in `min_packer_version` and in the function `packer_version`. */
export const packerVersion = '1.16.0';
