import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { componentFolders, root } from '../../core/dev/components.ts';

/** Words of component types that say something else, too. */
const ORDINARY =
  'artifice breakpoint checksum chroot compress convert export file http import local manifest null powershell provenance reboot restart ' +
  'shell sign sleep ssh upload windows';

/** Of components that are to come, and of what the present ones work with. */
const SERVICES =
  'ami aws azure consul digitalocean docker ebs ec2 gce google googlecompute hcloud hyperv iam kvm lxc openstack parallels ' +
  'proxmox qcow2 s3 secretsmanager sts vagrant vault virtualbox vmware vsphere';

interface Listed {
  /** A file, or a folder with a slash at its end. */
  readonly path: string;
  readonly words: string;
  readonly where: 'code' | 'comments';
  readonly why: string;
}

/** Comments that show what a text looks like, in the words that users see. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'core/contract/artifact.ts': 'qemu ami',
  'core/contract/build-run.ts': 'qemu',
  'core/contract/lookup.ts': 'vault',
  'core/contract/resource.ts': 'openstack',
  'core/events/event.ts': 'qemu',
  'core/http/ask-service.ts': 'consul',
  'core/plan/builds/named-build.ts': 'qemu',
  'core/process/owned.ts': 'qemu',
  'core/schema/': 'qemu',
  'core/ui/': 'qemu',
};

/** Where the engine may name components all the same. */
const LISTED: readonly Listed[] = [
  {
    path: 'core/template/fix/',
    words:
      'ami amazon ansible aws azure digitalocean docker ebs ebssurrogate ebsvolume hyperv parallels proxmox qemu vagrant virtualbox vmware vsphere',
    where: 'code',
    why: "kiln fix is a table of what Packer's own fix knows of its components, whether Kiln has them or not",
  },
  {
    path: 'core/communicators/options.schema.json',
    words: 'amazon ec2',
    where: 'code',
    why: "a description says where Packer's option has an effect; Packer has it with all builders",
  },
  {
    path: 'core/communicators/options.gen.ts',
    words: 'amazon ec2',
    where: 'comments',
    why: 'the same description, generated',
  },
  {
    path: 'core/contract/artifact.ts',
    words: 'qcow2',
    where: 'comments',
    why: "QEMU's names of image formats, which the field uses",
  },
  {
    path: 'core/communicators/ssh/login/known-hosts.ts',
    words: 'salt',
    where: 'code',
    why: "the salt of a hash, and not SaltStack's",
  },
  { path: 'core/http/proxy.ts', words: 'ec2', where: 'code', why: 'a part of the address of a metadata service' },
  {
    path: 'core/interpolation/syntax/parse-pipeline.ts',
    words: 'ami',
    where: 'code',
    why: 'the name of a function that Packer no longer has',
  },
  {
    path: 'core/plan/',
    words: 'vagrant',
    where: 'comments',
    why: 'the password of many images, and not the program',
  },
  { path: 'core/contract/communicator.ts', words: 'ansible salt', where: 'comments', why: 'who needs the address' },
  { path: 'core/http/address.ts', words: 's3', where: 'comments', why: "Packer's way to say how an address is read" },
  ...Object.entries(EXAMPLES).map(([path, words]): Listed => ({
    path,
    words,
    where: 'comments',
    why: 'an example of what the text looks like',
  })),
];

function wordsOf(text: string): readonly string[] {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

function namesOfComponents(): ReadonlySet<string> {
  const ordinary = new Set(ORDINARY.split(' '));
  const types = componentFolders().flatMap(({ type }) => wordsOf(type));
  return new Set([...types, ...SERVICES.split(' ')].filter((word) => !ordinary.has(word)));
}

interface Found {
  readonly path: string;
  readonly line: number;
  readonly word: string;
  readonly where: Listed['where'];
}

/** The names of components in a file, in what the scanner calls comments and in all else. */
function namesIn(path: string, text: string, names: ReadonlySet<string>): readonly Found[] {
  const found: Found[] = [];
  const note = (start: number, part: string, where: Listed['where']): void => {
    const line = text.slice(0, start).split('\n').length;
    for (const word of wordsOf(part)) if (names.has(word)) found.push({ path, line, word, where });
  };
  if (!path.endsWith('.ts')) {
    note(0, text, 'code');
    return found;
  }
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const comments = new Map<number, number>();
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []) comments.set(pos, end);
    for (const { pos, end } of ts.getTrailingCommentRanges(text, node.getEnd()) ?? []) comments.set(pos, end);
    const parts = node.getChildren(file);
    if (parts.length === 0) note(node.getStart(file), text.slice(node.getStart(file), node.getEnd()), 'code');
    for (const part of parts) visit(part);
  };
  visit(file);
  for (const [pos, end] of comments) note(pos, text.slice(pos, end), 'comments');
  return found;
}

function isListed({ path, word, where }: Found, listed: Listed): boolean {
  const here = listed.path.endsWith('/') ? path.startsWith(listed.path) : path === listed.path;
  return here && listed.where === where && listed.words.split(' ').includes(word);
}

describe('the engine knows no component', () => {
  const names = namesOfComponents();
  const files = globSync('core/**/*.{ts,js,json}', { cwd: root }).filter((path) => !path.startsWith('core/dev/'));
  const found = files.flatMap((path) => namesIn(path, readFileSync(join(root, path), 'utf8'), names));

  it('by its name, in code or comments, but where it is listed with a reason', () => {
    expect(files.length).toBeGreaterThan(300);
    const unlisted = found.filter((each) => !LISTED.some((listed) => isListed(each, listed)));
    expect(unlisted.map(({ path, line, word, where }) => `${path}:${line}: ${word} (${where})`)).toEqual([]);
  });

  it('and what is listed is there', () => {
    const unused = LISTED.flatMap((listed) =>
      listed.words
        .split(' ')
        .filter((word) => !found.some((each) => each.word === word && isListed(each, listed)))
        .map((word) => `${listed.path}: ${word} (${listed.where})`),
    );
    expect(unused).toEqual([]);
  });

  it.each([
    ['an identifier', 'const startQemu = 1;', 'qemu', 'code'],
    ['a text', "const a = 'amazon-ebs';", 'amazon', 'code'],
    ['a template', 'const a = `${x} of ec2`;', 'ec2', 'code'],
    ['an import', "import '../builders/_amazon/a.ts';", 'amazon', 'code'],
    ['an environment variable', "process.env['AWS_REGION'];", 'aws', 'code'],
    ['a pattern', 'const a = /^rootfs/;', 'rootfs', 'code'],
    ['a comment', '// As Ansible does it.\nconst a = 1;', 'ansible', 'comments'],
    ['a doc comment', '/** Of Vault. */\nexport const a = 1;', 'vault', 'comments'],
    ['a comment at the end', 'const a = 1; // salt-ssh', 'salt', 'comments'],
  ])('%s is seen', (_, text, word, where) => {
    expect(namesIn('a.ts', text, names)).toContainEqual({ path: 'a.ts', line: 1, word, where });
  });

  it('words that only contain a name are none', () => {
    expect(namesIn('a.ts', '// paws\nconst lawsuit = "salted draws ebsen";', names)).toEqual([]);
  });
});
