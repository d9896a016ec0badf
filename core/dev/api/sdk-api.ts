import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../components.ts';

/** An exported name of an entry point. */
export interface ApiEntry {
  /** "kiln-sdk/host" */
  readonly entry: string;
  readonly name: string;
  /** False for what is there for the compiler only. */
  readonly isValue: boolean;
  /** Its declaration without a body, as TypeScript writes it into a .d.ts. */
  readonly signature: string;
  /** The whole comment at its declaration, in one line; empty when there is none. */
  readonly promise: string;
  /** Names in the signature of types of the engine's own files. */
  readonly mentions: readonly string[];
}

interface PackageFile {
  readonly exports: Readonly<Record<string, string>>;
}

/** Entry points by the names under which they are imported ("kiln-sdk"). */
export function entryPoints(): Readonly<Record<string, string>> {
  const folder = join(root, 'plugins/sdk');
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageFile;
  return Object.fromEntries(
    Object.entries(exports).map(([name, path]) => [`kiln-sdk${name.slice(1)}`, join(folder, path)]),
  );
}

function compile(files: readonly string[]): ts.Program {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8')) as {
    readonly config: { readonly compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.config.compilerOptions, root);
  return ts.createProgram(files, options);
}

const printer = ts.createPrinter({ removeComments: true });

/** The declaration as a line of a .d.ts: without bodies, initializers and comments. */
function declared(node: ts.Declaration): string {
  const file = node.getSourceFile();
  const print = (part: ts.Node): string => printer.printNode(ts.EmitHint.Unspecified, part, file);
  const list = (parts: readonly ts.Node[]): string => parts.map(print).join(', ');
  if (ts.isFunctionDeclaration(node)) {
    const generics = node.typeParameters === undefined ? '' : `<${list(node.typeParameters)}>`;
    const result = node.type === undefined ? 'void' : print(node.type);
    return `function ${node.name?.text ?? ''}${generics}(${list(node.parameters)}): ${result}`;
  }
  if (ts.isVariableDeclaration(node))
    return `const ${print(node.name)}: ${node.type ? print(node.type) : inferred(node)}`;
  if (ts.isClassDeclaration(node)) {
    const members = node.members.filter(isPublic).map((member) => `  ${memberText(member, print)};`);
    const heritage = (node.heritageClauses ?? []).map((clause) => ` ${print(clause)}`).join('');
    return [`class ${node.name?.text ?? ''}${heritage} {`, ...members, '}'].join('\n');
  }
  return print(node).replace(/^export (?:declare )?/, '');
}

function inferred(node: ts.VariableDeclaration): string {
  return node.initializer?.getText() ?? 'unknown';
}

function isPublic(member: ts.ClassElement): boolean {
  return (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) === 0;
}

function memberText(member: ts.ClassElement, print: (node: ts.Node) => string): string {
  return print(member)
    .replace(ts.isPropertyDeclaration(member) ? / = [^]*$/ : / \{[^]*$/, '')
    .replace(/;$/, '');
}

function commentOf(node: ts.Declaration): string {
  const holder = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  const docs = (holder as { readonly jsDoc?: readonly ts.JSDoc[] }).jsDoc ?? [];
  return docs
    .map(({ comment }) => (typeof comment === 'string' ? comment : (ts.getTextOfJSDocComment(comment) ?? '')))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Parts of a declaration that its users see. */
function visible(node: ts.Node): readonly ts.Node[] {
  if (ts.isFunctionLike(node)) {
    return [...(node.typeParameters ?? []), ...node.parameters, ...(node.type === undefined ? [] : [node.type])];
  }
  if (ts.isVariableDeclaration(node)) return node.type === undefined ? [] : [node.type];
  if (ts.isPropertyDeclaration(node)) return node.type === undefined ? [] : [node.type];
  if (ts.isClassDeclaration(node)) return [...(node.heritageClauses ?? []), ...node.members.filter(isPublic)];
  const parts: ts.Node[] = [];
  ts.forEachChild(node, (child) => void parts.push(child));
  return parts;
}

function mentionsIn(declaration: ts.Node, checker: ts.TypeChecker): ReadonlySet<ts.Symbol> {
  const found = new Set<ts.Symbol>();
  const look = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const name = ts.isTypeReferenceNode(node) ? node.typeName : node.expression;
      const symbol = checker.getSymbolAtLocation(name);
      if (symbol !== undefined) found.add(resolve(symbol, checker));
    }
    visible(node).forEach(look);
  };
  look(declaration);
  return found;
}

function resolve(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

function isOwnType(symbol: ts.Symbol): boolean {
  const [declaration] = symbol.declarations ?? [];
  if (declaration === undefined || ts.isTypeParameterDeclaration(declaration)) return false;
  return !declaration.getSourceFile().fileName.includes('/node_modules/');
}

function exportsOf(entry: string, path: string, program: ts.Program): readonly ApiEntry[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(path);
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${entry}: ${path} exports nothing`);
  return checker
    .getExportsOfModule(module)
    .map((exported): ApiEntry => {
      const symbol = resolve(exported, checker);
      const declarations = symbol.declarations ?? [];
      return {
        entry,
        name: exported.name,
        isValue: (symbol.flags & ts.SymbolFlags.Value) !== 0,
        signature: declarations.map(declared).join('\n'),
        promise: declarations.map(commentOf).join(' ').trim(),
        mentions: declarations
          .flatMap((each) => [...mentionsIn(each, checker)])
          .filter(isOwnType)
          .map(({ name }) => name),
      };
    })
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** All that the entry points (by name, with their files) export, in their order, each by name. */
export function sdkApi(points: Readonly<Record<string, string>> = entryPoints()): readonly ApiEntry[] {
  const entries = Object.entries(points);
  const program = compile(entries.map(([, path]) => path));
  return entries.flatMap(([entry, path]) => exportsOf(entry, path, program));
}
