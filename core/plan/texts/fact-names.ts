import type { NamedBuild } from '../builds/named-build.ts';

/** What the function `build` tells of every build, as in Packer, and the two that Kiln adds. */
const common: readonly string[] = [
  'ID',
  'Host',
  'Port',
  'User',
  'Password',
  'ConnType',
  'PackerRunUUID',
  'PackerHTTPIP',
  'PackerHTTPPort',
  'PackerHTTPAddr',
  'SSHPublicKey',
  'SSHPrivateKey',
  'WinRMPassword',
  'BuildName',
  'BuilderType',
];

/** Names of all facts about a build that its provisioners and post-processors may ask for. `own` are its builder's. */
export function factNamesOf({ from }: Pick<NamedBuild, 'from'>, own: readonly string[] = []): ReadonlySet<string> {
  return new Set([...common, ...own, ...from.map(({ name }) => `From.${name}`)]);
}
