"""`actions` are the only writers: no view, query, rule or template tag changes a row."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRITES = {
    "save",
    "create",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
    "delete",
    "aupdate",
    "acreate",
    "adelete",
    "asave",
}
# `.update(` also belongs to dict and set, so it counts only behind a query.
QUERY_STEPS = {"filter", "exclude", "all", "objects", "select_for_update", "order_by"}
WRITING_NAMES = {"actions", "handlers"}
# Machines of the ground that are themselves the writers of their own tables, with the reason.
MACHINES = {
    "shouwen/ground/kernel": "outbox, keys and leases are the kernel's own rows",
    "shouwen/ground/vault/audit.py": "the one writer of audit rows",
    "shouwen/ground/vault/sequencer.py": "the one writer of the chain",
    "shouwen/ground/vault/keyring.py": "wraps and rotates data keys",
    "shouwen/ground/vault/keys.py": "makes a subject's data key at the first thing it seals",
    "shouwen/ground/vault/models.py": "refuses to save an audit row twice, in `save` itself",
    "shouwen/ground/policy/book.py": "marks that a policy changed, so that caches are dropped",
    "shouwen/people/staff/signing_in": "counts guesses and spent codes by guarded updates",
    "shouwen/ground/policy/clocks": "the clock engine's actions carry their own name",
    "shouwen/ground/policy/ticker.py": "marks warnings and breaches by guarded update",
}


def _modules() -> list[Path]:
    return [
        path
        for path in sorted((ROOT / "shouwen").rglob("*.py"))
        if "migrations" not in path.parts and "tests" not in path.parts
    ]


def _may_write(path: Path) -> bool:
    relative = path.relative_to(ROOT)
    if WRITING_NAMES & {part.removesuffix(".py") for part in relative.parts}:
        return True
    return any(str(relative).startswith(machine) for machine in MACHINES)


def _chain(node: ast.expr) -> set[str]:
    names: set[str] = set()
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
            node = node.value
        else:
            return names


def writes_in(source: str) -> list[int]:
    """Give the lines on which this source calls a method that writes rows."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        behind = _chain(node.func.value)
        if node.func.attr in WRITES and (
            behind & QUERY_STEPS or node.func.attr in {"save", "asave"}
        ):
            found.append(node.lineno)
        if node.func.attr == "update" and behind & QUERY_STEPS:
            found.append(node.lineno)
    return found


@pytest.mark.parametrize(
    "source",
    [
        "Case.objects.create(a=1)",
        "Case.objects.filter(pk=1).update(a=1)",
        "case.save(update_fields=['a'])",
        "Case.objects.filter(pk=1).delete()",
    ],
)
def test_the_watch_sees_a_write(source: str) -> None:
    assert writes_in(source) == [1]


@pytest.mark.parametrize("source", ["seen.update({1})", "hashlib.sha256().update(b'')"])
def test_the_watch_lets_plain_python_pass(source: str) -> None:
    assert writes_in(source) == []


def test_only_actions_write() -> None:
    strays = {
        str(path.relative_to(ROOT)): lines
        for path in _modules()
        if not _may_write(path) and (lines := writes_in(path.read_text()))
    }
    assert strays == {}


def test_every_machine_named_here_is_there() -> None:
    gone = [m for m in MACHINES if not (ROOT / m).exists() and not (ROOT / f"{m}.py").exists()]
    assert gone == []
