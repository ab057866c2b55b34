"""Types whose annotations are text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:
    from nowhere import Nowhere


class Postponed(TypedDict):
    name: str
    nick: NotRequired[str]


class Unresolved(TypedDict):
    value: Nowhere
