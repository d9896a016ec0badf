import { dirname, join, relative } from 'node:path';
import type { SchemaParts } from '../schema/compose.ts';
import { root, type ComponentFolder } from './components.ts';
import { optionTable } from '../schema/option-table.ts';

/** The pages with the tables of mixins: a page for each that no other one names, with a section for each within it. */
export interface MixinPages {
  /** Paths of the pages, and their texts. */
  readonly pages: readonly (readonly [path: string, text: string])[];
  /** A Markdown link to a mixin's table, for a file at `from`. */
  readonly link: (mixin: SchemaParts, from: string) => string;
}

function heading({ schema, path }: SchemaParts): string {
  if (typeof schema['description'] === 'string') return schema['description'].replace(/\.$/, '');
  throw new Error(`${path}: a mixin needs a description`);
}

/** The anchor that GitHub gives a heading. */
function anchor(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function within({ mixins }: SchemaParts): readonly SchemaParts[] {
  return mixins.flatMap((mixin) => [mixin, ...within(mixin)]);
}

function sections(mixin: SchemaParts, usedBy: (mixin: SchemaParts) => string): string {
  const users = usedBy(mixin);
  const inner = mixin.mixins.map((each) =>
    // That the users of the whole have its parts goes without saying.
    sections(each, (part) => (usedBy(part) === users ? '' : usedBy(part))).replace(/^#/gm, '##'),
  );
  const text = [`# ${heading(mixin)}`, users, optionTable(mixin.schema), ...inner];
  return text.filter((part) => part !== '').join('\n\n');
}

export function mixinPages(mixins: readonly SchemaParts[], components: readonly ComponentFolder[]): MixinPages {
  const inner = new Set(mixins.flatMap(within).map(({ path }) => path));
  const whole = mixins.filter(({ path }) => !inner.has(path));
  const pageOf = ({ path }: SchemaParts): string => path.replace(/\.schema\.json$/, '.md');
  const usedBy = (mixin: SchemaParts, from: string): string => {
    const users = components.filter(({ parts }) => within(parts).some(({ path }) => path === mixin.path));
    const links = users.map(
      ({ type, kind, folder }) => `[${kind} ${type}](${relative(dirname(from), join(root, folder))}/README.md)`,
    );
    return links.length === 0 ? '' : `Options of ${links.join(', ')}.`;
  };
  return {
    pages: whole.map((mixin) => {
      const page = pageOf(mixin);
      const note = '<!-- Made from schemas by `npm run generate`; do not edit. -->';
      return [page, `${note}\n\n${sections(mixin, (each) => usedBy(each, page))}\n`];
    }),
    link: (mixin, from) => {
      const holder = whole.find((each) => within(each).some(({ path }) => path === mixin.path));
      const page = relative(dirname(from), pageOf(holder ?? mixin));
      return `[${heading(mixin)}](${page}${holder === undefined ? '' : `#${anchor(heading(mixin))}`})`;
    },
  };
}
