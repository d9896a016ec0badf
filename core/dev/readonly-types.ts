import ts from 'typescript';

const { factory, SyntaxKind } = ts;

function readonlyNode(node: ts.Node): ts.Node {
  const readonly = [factory.createModifier(SyntaxKind.ReadonlyKeyword)];
  if (ts.isPropertySignature(node)) {
    return factory.updatePropertySignature(node, readonly, node.name, node.questionToken, node.type);
  }
  if (ts.isIndexSignatureDeclaration(node)) {
    return factory.updateIndexSignature(node, readonly, node.parameters, node.type);
  }
  return ts.isArrayTypeNode(node) ? factory.createTypeOperatorNode(SyntaxKind.ReadonlyKeyword, node) : node;
}

/** Source text of types with every property, list and map of theirs `readonly`. Comments stay. */
export function readonlyTypes(text: string): string {
  const source = ts.createSourceFile('types.ts', text, ts.ScriptTarget.Latest, true);
  const result = ts.transform(source, [
    (context) => (file) => {
      const visit = (node: ts.Node): ts.Node => readonlyNode(ts.visitEachChild(node, visit, context));
      return ts.visitEachChild(file, visit, context);
    },
  ]);
  const [changed = source] = result.transformed;
  return ts.createPrinter().printFile(changed);
}
