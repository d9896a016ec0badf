import { isList, isObject, type JsonValue } from '../../../../plugins/sdk/index.ts';
import { bodyOf, type HttpServer } from '../../../_transfer/exchange.ts';
import { refused } from '../../../_transfer/failure.ts';
import type { KeptUpload, Retention } from '../store.ts';
import { readManifest } from './referrers.ts';
import type { Ask } from './registry.ts';

async function tagsOf(ask: Ask, repository: string, server: HttpServer): Promise<readonly string[]> {
  const tags: string[] = [];
  const doing = `list the tags of ${repository}`;
  for (let next: string | undefined = `/v2/${repository}/tags/list`; next !== undefined;) {
    const answer = await ask('GET', next, { doing });
    const said = JSON.parse((await bodyOf(answer, server, doing)).toString('utf8')) as JsonValue;
    const listed = isObject(said) ? said['tags'] : [];
    if (isList(listed)) tags.push(...listed.filter((tag) => typeof tag === 'string'));
    next = /<([^>]+)>;\s*rel="?next/.exec(String(answer.headers['link'] ?? ''))?.[1];
  }
  return tags;
}

function annotationsOf(manifest: JsonValue): Readonly<Record<string, JsonValue>> {
  const found = isObject(manifest) ? manifest['annotations'] : undefined;
  return isObject(found) ? found : {};
}

/** Tells Kiln's own artifacts by their manifests' annotations. */
export function tagRetention(ask: Ask, repository: string, server: HttpServer): Retention {
  /** The tags of each manifest, with what it is annotated with. */
  async function manifests(): Promise<
    Map<string, { tags: string[]; annotations: Readonly<Record<string, JsonValue>> }>
  > {
    const found = new Map<string, { tags: string[]; annotations: Readonly<Record<string, JsonValue>> }>();
    for (const tag of await tagsOf(ask, repository, server)) {
      const manifest = await readManifest(ask, repository, tag);
      if (manifest === undefined) continue;
      const { digest } = manifest.descriptor;
      const known = found.get(digest) ?? { tags: [], annotations: annotationsOf(manifest.value) };
      known.tags.push(tag);
      found.set(digest, known);
    }
    return found;
  }

  return {
    list: async ({ mark }) =>
      [...(await manifests())].flatMap(([digest, { tags, annotations }]): readonly KeptUpload[] => {
        const { 'kiln-series': series, 'kiln-run': run, 'kiln-time': time } = annotations;
        if (series !== mark.series || typeof run !== 'string' || typeof time !== 'string') return [];
        const names = tags.map((tag) => `/${repository}:${tag}`);
        return [{ run, time: Number(time), names, record: digest }];
      }),
    remove: async ({ names, record }, spared) => {
      // A manifest goes with all its tags, and one with several has got the others from somebody.
      if (names.length !== 1 || names.some((name) => spared.has(name))) return [];
      const path = `/v2/${repository}/manifests/${record}`;
      const answer = await ask('DELETE', path, { doing: `remove ${repository}@${record}` }, [404, 405]);
      answer.resume();
      if (answer.statusCode !== 405) return names;
      throw refused('the registry removes nothing, so that keep_last cannot be kept').at('/keep_last');
    },
  };
}
