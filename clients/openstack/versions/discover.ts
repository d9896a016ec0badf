import type { BaseUrl } from '../catalogue/base-url.ts';
import { jsonIn } from '../guards.ts';
import type { Answer } from '../transport/transport.ts';
import { microversionsIn, type MicroversionRange } from './version-document.ts';

/** Asks for a version document; resolves whatever the answer's status is. */
export type AskVersions = (url: URL) => Promise<Answer>;

/** A list of versions comes with 300 from some services and with 200 from others. */
function isDocument({ status }: Answer): boolean {
  return status === 200 || status === 203 || status === 300;
}

/** Where a service tells of its versions: at the version itself, else where all of them are listed. */
function places({ root, version }: BaseUrl): readonly URL[] {
  return [new URL(`${root.pathname}${version}/`, root), root];
}

/** The microversions of a service; undefined when it has none or does not tell. Throws what `ask` throws. */
export async function discoverMicroversions(base: BaseUrl, ask: AskVersions): Promise<MicroversionRange | undefined> {
  for (const place of places(base)) {
    const answer = await ask(place);
    const range = isDocument(answer) ? microversionsIn(jsonIn(answer.text), base.version) : undefined;
    if (range !== undefined) return range;
  }
  return undefined;
}
