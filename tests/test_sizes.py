"""The limits of CONTRIBUTING.md on the sizes of modules, functions and classes."""

import ast
from pathlib import Path

import mkdocs_plantrace

PACKAGE = Path(mkdocs_plantrace.__file__).parent
MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 40
MOST_METHODS = 20


def find_nodes(*kinds):
    """Yield the definitions of these kinds in all modules, each with its place."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, kinds):
                yield f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}", node


def test_modules_and_scripts_are_short():
    files = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.js")]
    lines = {str(it): len(it.read_text(encoding="utf-8").splitlines()) for it in files}
    assert len(lines) > 100
    assert {name: n for name, n in lines.items() if n > MOST_LINES_OF_A_MODULE} == {}


def test_functions_are_short():
    functions = list(find_nodes(ast.FunctionDef, ast.AsyncFunctionDef))
    lines = {place: node.end_lineno - node.lineno + 1 for place, node in functions}
    assert len(lines) > 1000
    assert {place: n for place, n in lines.items() if n > MOST_LINES_OF_A_FUNCTION} == {}


def test_classes_have_few_methods():
    counts = {
        place: sum(isinstance(it, ast.FunctionDef) for it in node.body)
        for place, node in find_nodes(ast.ClassDef)
    }
    assert len(counts) > 100
    assert {place: n for place, n in counts.items() if n > MOST_METHODS} == {}
