import { StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import {
  asSeenByGuest,
  formatSources,
  secretOf,
  sourcesOfSuite,
  withoutLogin,
  type AptSource,
} from '../apt-sources.ts';
import type { RootfsBuilderConfig } from '../config.gen.ts';
import { aptProxy, readAptSources } from '../driver.ts';
import type { ImageSources } from '../image-files.ts';

const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

export interface ChosenSources {
  /** What is installed from. */
  readonly sources: readonly AptSource[];
  readonly proxy: string | undefined;
  /** What the image keeps. */
  readonly image: ImageSources;
  /** Paths of keyrings that the image needs besides those of Debian's package. */
  readonly keyrings: readonly string[];
}

function debianSource(uri: string, suite: string, components: readonly string[]): AptSource {
  return { uri, suite, components, fields: new Map([['Signed-By', DEBIAN_KEYRING]]) };
}

/** This machine's archive, when its sources are of another Debian release than the image's. */
function sameArchive(sources: readonly AptSource[], suite: string): readonly AptSource[] {
  const first = (ending: RegExp): string | undefined => sources.find(({ uri }) => ending.test(uri))?.uri;
  const archive = first(/\/debian\/?$/);
  const security = first(/\/debian-security\/?$/);
  if (archive === undefined) return [];
  return [
    debianSource(archive, suite, ['main']),
    debianSource(archive, `${suite}-updates`, ['main']),
    ...(security === undefined ? [] : [debianSource(security, `${suite}-security`, ['main'])]),
  ];
}

/** Where the packages of `config.suite` are to come from, given this machine's sources. Empty: unknown. */
export function sourcesFor(
  config: Pick<RootfsBuilderConfig, 'suite' | 'mirror' | 'components'>,
  machine: readonly AptSource[],
): readonly AptSource[] {
  const { suite, mirror, components } = config;
  if (mirror !== undefined) return [debianSource(mirror, suite, components ?? ['main'])];
  const own = sourcesOfSuite(machine, suite);
  const found = own.length > 0 ? own : sameArchive(machine, suite);
  return components === undefined ? found : found.map((source) => ({ ...source, components }));
}

function keyringsOf(sources: readonly AptSource[]): readonly string[] {
  const paths = sources.flatMap(({ fields }) => (fields.get('Signed-By') ?? '').split(/\s+/));
  return [...new Set(paths)].filter(
    (path) => path.startsWith('/') && !path.startsWith('/usr/share/keyrings/debian-archive-'),
  );
}

/** Masks what is secret in an address, as it is written and as it is meant. Whether there is something. */
function maskSecret(address: string, build: Pick<BuildRun, 'addSecret'>): boolean {
  const secret = secretOf(address);
  if (secret === '') return false;
  build.addSecret(secret);
  const meant = /%[0-9a-f]{2}/i.test(secret) ? tryDecoding(secret) : secret;
  if (meant !== secret) build.addSecret(meant);
  return true;
}

function tryDecoding(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isLocal({ uri }: AptSource): boolean {
  return /^(file|copy|cdrom):/.test(uri);
}

/** Throws `StepError` ROOTFS_NO_SOURCES when neither the template nor this machine names a Debian archive. */
export async function chooseSources(config: RootfsBuilderConfig, build: BuildRun): Promise<ChosenSources> {
  const sources = sourcesFor(config, config.mirror === undefined ? await readAptSources() : []);
  const [main] = sources;
  if (main === undefined) {
    throw new StepError(`apt of this machine has no sources of Debian ${config.suite}`, {
      code: 'ROOTFS_NO_SOURCES',
      pointer: '/suite',
      hint: 'set "mirror" to the address of a Debian archive',
    });
  }
  const hasSecrets = sources.map(({ uri }) => maskSecret(uri, build)).includes(true);
  build.say(`installing Debian ${config.suite} from ${withoutLogin(main.uri)}`);
  if (hasSecrets) build.warn('the image gets its package sources without the password that they have here');
  const proxy = await aptProxy(main.uri, build.signal);
  const secret = proxy !== undefined && maskSecret(proxy, build);
  if (secret) {
    build.warn('the image gets no proxy for apt, since the one of this machine has a password');
  }
  const kept = sources.filter((source) => !isLocal(source));
  if (kept.length < sources.length) build.warn('the image keeps no package sources that are files of this machine');
  return {
    sources,
    proxy,
    image: {
      text: formatSources(kept.map((source) => ({ ...source, uri: asSeenByGuest(withoutLogin(source.uri)) }))),
      proxy: proxy === undefined || secret ? undefined : asSeenByGuest(proxy),
    },
    keyrings: keyringsOf(sources),
  };
}
