"""Python inside the magics that run it in the notebook's own namespace."""

from __future__ import annotations

import ast

_CELL_MAGICS = {"capture", "prun", "time"}
_LINE_MAGICS = {"prun", "time"}


def magic_code(node: ast.stmt) -> list[ast.stmt] | None:
    """Return the statements below ``%%time`` or after ``%time``; None for other statements."""
    match node:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Call(func=ast.Name("get_ipython")), attr=attr),
                args=[ast.Constant(value=magic), *_, ast.Constant(value=str(code))],
            )
        ):
            if attr == "run_cell_magic" and magic in _CELL_MAGICS:
                return _parsed(code)
            if attr == "run_line_magic" and magic in _LINE_MAGICS:
                return _parsed(code)
    return None


def _parsed(code: str) -> list[ast.stmt]:
    try:
        return ast.parse(code).body
    except SyntaxError:  # there are magics in it
        from IPython.core.inputtransformer2 import TransformerManager

        try:
            code = str(TransformerManager().transform_cell(code))
            return ast.parse(code).body
        except SyntaxError:
            return []
