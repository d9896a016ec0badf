"""Reads PowerShell from standard input and prints what of it the grammar does not know, a line each."""

import sys

import tree_sitter
import tree_sitter_powershell

source = sys.stdin.buffer.read()
language = tree_sitter.Language(tree_sitter_powershell.language())
tree = tree_sitter.Parser(language).parse(source)
waiting = [tree.root_node]
while waiting:
    node = waiting.pop()
    if node.is_error or node.is_missing:
        print(node.start_point.row + 1, node.type, source[node.start_byte : node.end_byte][:80])
    waiting.extend(node.children)
