"""A server whose tools are programs: steps with effects, questions, and ways that part on both.

A program is a list of instructions, each a list of its name and operands:

    step HOW VALUE      write VALUE to the file of effects, by a step; HOW is plain, nested,
                        awaited, or spoiled: the value is changed once it is had
    gather VALUES       several awaited steps at once
    ask KIND HAS_KEY    one question
    together KINDS      several questions in one round
    fail                a step that raises
    if THEN ELSE        go on by what was seen last
    repeat BODY         do it as often as what was seen last says
    swallow BODY        let nothing get out, not even the leaving of the function

What a program saw, in order, is its result.
"""

import asyncio
import json
import os
from pathlib import Path
from typing import Any
from zlib import crc32

from firstbyte.tools import (
    Context,
    Elicitation,
    Roots,
    Sampling,
    Server,
    UrlElicitation,
    tool,
)

FORM = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "size": {"type": "integer", "minimum": 0, "maximum": 9},
        "tags": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
    },
    "required": ["name"],
}

KINDS = ("form", "url", "sampling", "roots")


def weigh(value):
    """A number that depends on nothing but a JSON value."""
    return crc32(json.dumps(value, sort_keys=True).encode())


def answer(method, params):
    """What the client of these tests answers: another thing to every other question."""
    weight = weigh([method, params])
    if method == "roots/list":
        return {"roots": [{"uri": f"file:///{index}"} for index in range(weight % 3)]}
    if method == "sampling/createMessage":
        content = {"type": "text", "text": f"said {weight % 5}"}
        return {"role": "assistant", "content": content, "model": "m"}
    action = ("accept", "accept", "decline", "cancel")[weight % 4]
    if action != "accept" or params["mode"] == "url":
        return {"action": action}
    tags = ["a", "b"][: weight % 3]
    return {"action": action, "content": {"name": f"n{weight % 7}", "size": 3, "tags": tags}}


class _Run:
    """One run of a program."""

    def __init__(self, context, folder):
        self._context = context
        self._effects = Path(folder) / "effects"
        self._count = 0
        self._asked = 0
        self.seen = []

    async def play(self, program):
        for name, *operands in program:
            await getattr(self, f"_{name}")(*operands)

    async def _step(self, how, value):
        self._count += 1
        name = f"step {self._count}"
        if how == "nested":
            seen = self._context.step(
                name,
                lambda: [
                    self._effect(name, value),
                    self._context.step(f"inner {name}", lambda: self._effect("inner", value)),
                ],
            )
        elif how == "awaited":
            seen = await self._context.step(name, lambda: self._effect_later(name, value))
        else:
            seen = self._context.step(name, lambda: self._effect(name, value))
        self.seen.append(repr(seen))
        if how == "spoiled":
            seen.clear()

    async def _gather(self, values):
        self._count += 1
        steps = [
            self._context.step(
                f"step {self._count}.{index}",
                lambda index=index, value=value: self._effect_later(index, value),
            )
            for index, value in enumerate(values)
        ]
        self.seen += await asyncio.gather(*steps)

    async def _ask(self, kind, has_key):
        if kind == "form":
            answer = self._context.elicit(self._words(), FORM, key=self._key(has_key))
        elif kind == "url":
            url = f"https://example.com/{len(self.seen)}"
            answer = self._context.elicit_url("Go", url, key=self._key(has_key))
        elif kind == "sampling":
            answer = self._context.sample(self._words(), key=self._key(has_key))
        else:
            answer = self._context.roots(key=self._key(has_key))
        self.seen.append(_plain(answer))

    async def _together(self, kinds):
        questions = {self._key(True): self._question(kind) for kind in kinds}
        answers = self._context.ask(questions)
        self.seen.append({key: _plain(answers[key]) for key in questions})

    async def _fail(self):
        self._count += 1
        try:
            self._context.step(f"step {self._count}", lambda: [][1])
        except IndexError:
            self.seen.append("failed")

    async def _if(self, then, otherwise):
        await self.play(then if weigh(self.seen[-1:]) % 2 else otherwise)

    async def _repeat(self, body):
        for _ in range(weigh(self.seen[-1:]) % 3):
            await self.play(body)

    async def _swallow(self, body):
        try:
            await self.play(body)
        except BaseException:  # noqa: BLE001 - this is what must not help
            self.seen.append("swallowed")

    def _question(self, kind):
        if kind == "form":
            return Elicitation(self._words(), FORM)
        if kind == "url":
            return UrlElicitation("Go", f"https://example.com/{len(self.seen)}")
        return Sampling(self._words(), max_tokens=9) if kind == "sampling" else Roots()

    def _words(self):
        return f"After {weigh(self.seen)}?"

    def _key(self, has_key):
        self._asked += has_key
        return f"key {self._asked}" if has_key else None

    def _effect(self, name, value):
        with self._effects.open("a", encoding="utf-8") as effects:
            effects.write(f"{json.dumps([name, value])}\n")
        return name, value

    async def _effect_later(self, name, value):
        await asyncio.sleep(0)
        return self._effect(name, value)


def _plain(answer):
    """What an author sees of an answer, as JSON."""
    if isinstance(answer, list):
        return [root.uri for root in answer]
    return [answer.action, answer.content] if hasattr(answer, "action") else answer.text


def _note_process(folder):
    with (Path(folder) / "runs").open("a", encoding="utf-8") as runs:
        runs.write(f"{os.getpid()}\n")


@tool
def run(program: list[Any], folder: str, context: Context) -> dict[str, Any]:
    """Run a program that awaits nothing."""
    _note_process(folder)
    played = _Run(context, folder)
    try:
        played.play(program).send(None)
    except StopIteration:
        return {"seen": played.seen}
    raise AssertionError("it waited")


@tool
async def run_async(program: list[Any], folder: str, context: Context) -> dict[str, Any]:
    """Run a program."""
    _note_process(folder)
    played = _Run(context, folder)
    await played.play(program)
    return {"seen": played.seen}


def make_server():
    """A server as a new process has it."""
    return Server("reentrant", "1", tools=[run, run_async])


server = make_server()
