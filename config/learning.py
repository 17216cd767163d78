"""Learning the types of complaints from the command line, for `shouwen types`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from config.replay.texts import TextsUnreadable, rows_of
from shouwen.ground.kernel import time
from shouwen.ground.kernel.actor import Actor
from shouwen.ground.kernel.errors import NotThere, Problem
from shouwen.people.staff import queries as staff
from shouwen.people.staff.models import Institution
from shouwen.service.complaints import actions, queries
from shouwen.service.complaints.models import TypeModel
from shouwen.service.complaints.rules import kinds
from shouwen.service.complaints.rules.kinds import Example


def learn(code: str, files: Sequence[Path], *, say: Callable[[str], Any]) -> dict[str, Any]:
    """Learn from the institution's own complaints, or from files, and suggest by it from now on.

    Raises click.ClickException with what is the matter; then nothing has changed.
    """
    home = _institution(code)
    say("Reading and learning; this takes up to a minute or two.")
    try:
        row = actions.learn_types(
            home,
            examples=list(_examples(files)) if files else None,
            actor=Actor.system("command-line", home.pk),
            at=time.now(),
        )
    except TextsUnreadable as error:
        raise click.ClickException(str(error)) from error
    except Problem as error:
        words = "; ".join(str(words) for words in error.fields.values())
        raise click.ClickException(f"{error} {words}".strip()) from error
    return _said(row)


def figures(code: str) -> dict[str, Any]:
    """Give how the model in force did when learned, and how often people have agreed since."""
    home = _institution(code)
    held = queries.type_model(home.pk)
    if held is None:
        return {"in_force": False}
    return _said(held) | {"agreement": asdict(queries.agreement_with(held))}


def stop(code: str) -> None:
    """Suggest nothing any more. Raises click.ClickException."""
    home = _institution(code)
    try:
        actor = Actor.system("command-line", home.pk)
        actions.stop_suggesting(home, actor=actor, at=time.now())
    except Problem as error:
        raise click.ClickException(str(error)) from error


def _institution(code: str) -> Institution:
    try:
        return staff.institution_by_code(code)
    except NotThere as error:
        raise click.ClickException(f"There is no institution {code}.") from error


def _said(row: TypeModel) -> dict[str, Any]:
    learned_at = row.learned_at.isoformat(timespec="seconds")
    return {"in_force": True, "source": row.source, "learned_at": learned_at, **row.report}


def _examples(files: Sequence[Path]) -> Iterator[Example]:
    for path in files:
        for number, row in enumerate(rows_of(path), 1):
            text, kind = row.get("text", "").strip(), row.get("label", "").strip().upper()
            if not text or not kind:
                raise TextsUnreadable(
                    f"{path.name}, row {number}: both `text` and `label` are needed."
                )
            # Whoever wrote it is not known, so each text counts as a person of its own.
            yield Example(kinds.words_in(text), kind, f"{path.name}:{number}")
