"""A module of an author whose annotations are texts until somebody resolves them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from firstbyte.tools import Context, tool


@dataclass
class Node:
    value: int
    children: list[Node]


@tool
def postponed(
    node: Node, context: Context, depth: Annotated[int, "How deep"] = 1
) -> Node | None:
    return node if depth else None


@tool
def unresolvable(thing: Nowhere) -> None:  # noqa: F821 (the point of it)
    ...
