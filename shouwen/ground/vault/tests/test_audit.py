"""The trail: what is written stays, in order, and every change of it is found from outside."""

from __future__ import annotations

import ast
import json
import shutil
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from shouwen.ground.vault import audit, checkpoints, guard, keyring, sequencer, verify
from shouwen.ground.vault.models import (
    AuditEntry,
    AuditIsFinal,
    AuditPending,
    AuditRow,
    ChainHead,
)
from shouwen.ground.vault.tests.trails import AGENT, AT, act, chain, check, sql


@pytest.mark.django_db
def test_a_row_holds_who_what_which_and_why() -> None:
    row = act(1, purpose="回电 13812346027")
    row.refresh_from_db()
    assert (row.actor_kind, row.actor_ref, row.actor_roles) == ("PERSON", "person_a", "agent,lead")
    assert (row.object_kind, row.object_ref, row.institution_id) == ("cases.case", "case_1", 1)
    assert (row.act, row.result, row.fields) == ("case.opened", "done", "state,owner")
    assert row.purpose == "回电 138****6027"
    assert row.detail == '{"late":false,"n":1,"why":null}'
    assert AuditPending.objects.get().row_id == row.pk


@pytest.mark.django_db(transaction=True)
def test_a_row_lives_and_dies_with_its_act() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(AGENT, "case.opened", None, at=AT)
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record(AGENT, "case.opened", None, at=AT)
        raise RuntimeError
    assert not AuditRow.objects.exists()
    assert not AuditPending.objects.exists()


@pytest.mark.django_db
def test_detail_holds_plain_values_and_acts_have_a_form() -> None:
    with transaction.atomic():
        with pytest.raises(TypeError):
            audit.record(AGENT, "case.opened", None, at=AT, detail={"x": ["a"]})  # type: ignore[dict-item]  # the refusal is the test
        with pytest.raises(ValueError):
            audit.record(AGENT, "Opened a case", None, at=AT)
        row = audit.record(AGENT, "case.opened", ("a\x1fb", "c\nd\ud800"), at=AT)
    assert (row.object_kind, row.object_ref) == ("a b", "c d?")


def test_what_differs_is_said_before_and_after() -> None:
    was: dict[str, audit.Value] = {"days": 2, "name": "调查"}
    now: dict[str, audit.Value] = {"days": 3, "name": "调查", "unit": None, "open": True}
    assert audit.changes(was, now) == {
        "days.after": 3,
        "days.before": 2,
        "open.after": True,
        "open.before": None,
    }
    assert audit.changes(was, {"days": 2}) == {"name.after": None, "name.before": "调查"}
    assert audit.changes(None, was) == {"days.after": 2, "name.after": "调查"}


@pytest.mark.django_db
def test_nothing_on_the_trail_is_changed_or_removed() -> None:
    chain(1)
    row = AuditRow.objects.get()
    for change in (
        row.save,
        row.delete,
        AuditRow.objects.all().delete,
        lambda: AuditRow.objects.update(act="x.y"),
        lambda: AuditRow.objects.bulk_update([row], ["act"]),
        lambda: AuditEntry.objects.filter(pk=1).update(row_hash=""),
    ):
        with pytest.raises(AuditIsFinal):
            change()
    for table in guard.TABLES:
        column = "act" if table == "vault_auditrow" else "row_hash"
        edited, removed = f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"  # noqa: S608 - constants
        for statement in (edited, removed):
            with pytest.raises(DatabaseError, match=guard.WORDS), transaction.atomic():
                sql(statement)


@pytest.mark.django_db(transaction=True)
def test_a_whole_trail_verifies(home: Path) -> None:
    chain(1, 7, 3, 40)
    act(52)
    report = check(home)
    assert report["ok"], report
    assert (report["entries"], report["rows"], report["pending"]) == (51, 52, 1)
    assert (report["checkpoints"], report["unsigned"]) == (4, 0)
    assert check(home, pinned=next((home / "checkpoints").glob("*.pub")).read_text().strip())["ok"]


@pytest.mark.django_db(transaction=True)
def test_an_empty_trail_is_whole(home: Path) -> None:
    assert check(home)["ok"]


@pytest.mark.django_db(transaction=True)
def test_rows_that_commit_late_are_not_skipped(home: Path) -> None:
    late = act(1)
    AuditPending.objects.filter(row=late).delete()
    chain(3)
    AuditPending.objects.create(row=late)  # as if its transaction had ended only now
    assert sequencer.sequence_pending(AT + timedelta(minutes=1)) == 1
    assert AuditEntry.objects.get(row=late).sequence == 4
    assert check(home)["ok"]


@pytest.mark.django_db(transaction=True)
def test_a_checkpoint_lost_between_commit_and_writing_is_made_up(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain(2)
    act(3)
    monkeypatch.setattr(sequencer, "sign_progress", lambda _at: False)  # killed here
    sequencer.sequence_pending(AT)
    monkeypatch.undo()
    report = check(home)
    assert (report["ok"], report["unsigned"], report["checkpoints"]) == (True, 1, 1)

    monkeypatch.setattr(sequencer, "_signed", False)  # as in a new process
    sequencer.turn(AT + timedelta(seconds=9))
    report = check(home)
    assert (report["ok"], report["unsigned"], report["checkpoints"]) == (True, 0, 2)


@pytest.mark.django_db(transaction=True)
def test_a_torn_checkpoint_line_is_cut_off_and_written_again(home: Path) -> None:
    chain(2, 2)
    file = next((home / "checkpoints").glob("*.jsonl"))
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    report = check(home)
    assert (report["ok"], report["unsigned"], report["torn_line"]) == (True, 2, True)
    assert sequencer.sign_progress(AT + timedelta(seconds=4))
    assert file.read_bytes() == whole
    assert check(home)["unsigned"] == 0


@pytest.mark.django_db(transaction=True)
def test_two_sequencers_at_once_make_one_chain(home: Path) -> None:
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        threads = 1  # one shared connection cannot be in two transactions
    else:
        threads = 3
    for n in range(1, 121):
        act(n)

    def run() -> None:
        while AuditPending.objects.exists():
            sequencer.sequence_pending(AT, batch=10)
        connection.close()

    running = [threading.Thread(target=run) for _ in range(threads - 1)]
    for thread in running:
        thread.start()
    while AuditPending.objects.exists():
        sequencer.sequence_pending(AT, batch=10)
    for thread in running:
        thread.join(30)
    sequencer.sign_progress(AT)
    report = check(home)
    assert (report["ok"], report["entries"], report["unsigned"]) == (True, 120, 0)


@pytest.mark.django_db(transaction=True)
def test_a_step_that_another_took_first_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    chain(2)
    act(3)
    stale = ChainHead.objects.get()
    sequencer.sequence_pending(AT)
    act(4)
    monkeypatch.setattr(sequencer, "_head", lambda: stale)
    assert sequencer.sequence_pending(AT) == 0
    assert AuditEntry.objects.count() == 3
    monkeypatch.undo()
    assert sequencer.sequence_pending(AT) == 1


@pytest.mark.django_db(transaction=True)
def test_a_lost_head_is_rebuilt_from_the_entries(home: Path) -> None:
    chain(3, 4)
    ChainHead.objects.all().delete()
    chain(2)
    assert check(home)["ok"]


@pytest.mark.django_db
def test_the_lag_is_the_age_of_the_oldest_waiting_row() -> None:
    assert sequencer.sequencer_lag_seconds(AT) == 0
    act(0)
    assert sequencer.sequencer_lag_seconds(AT + timedelta(seconds=7)) == 7


@pytest.mark.django_db(transaction=True)
def test_checkpoints_cannot_be_changed_either(home: Path, tmp_path: Path) -> None:
    chain(5, 5, 5)
    kept = tmp_path / "kept"
    shutil.copytree(home / "checkpoints", kept)
    file = next((home / "checkpoints").glob("*.jsonl"))
    lines = file.read_text().splitlines(keepends=True)

    def with_lines(*changed: str) -> str:
        file.write_text("".join(changed))
        report = check(home)
        return str(report["problem"]["kind"]) if not report["ok"] else "ok"

    third = json.loads(lines[2])
    assert with_lines(lines[0], lines[2]) == "checkpoint"
    assert with_lines(lines[1], lines[0], lines[2]) == "checkpoint"
    assert with_lines(lines[0], "{}\n", lines[2]) == "checkpoint"
    assert with_lines(lines[0], lines[1], json.dumps({**third, "root": "0" * 64}) + "\n") in (
        "signature",
        "rewritten",
    )
    assert with_lines(lines[0], lines[1], json.dumps({**third, "count": "15"}) + "\n") in (
        "checkpoint",
    )
    assert with_lines() == "no_checkpoint"
    file.write_text("".join(lines))
    assert check(home)["ok"]

    # One who holds the whole folder signs anew with a key of his own: the noted key tells.
    noted = next(kept.glob("*.pub")).read_text().strip()
    shutil.rmtree(home / "checkpoints")
    (home / "keyring.json").unlink()
    keyring.plug(None)
    sequencer.sign_progress(AT)
    assert check(home, pinned=noted)["problem"]["kind"] == "key"
    assert check(home, folder=kept)["ok"]


@pytest.mark.django_db(transaction=True)
def test_a_chain_behind_its_checkpoint_is_not_signed(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chain(3, 3)
    assert not checkpoints.write(count=3, head="0" * 64, root="0" * 64, at=AT)
    assert "behind its checkpoint" in caplog.text
    assert check(home)["ok"]


def test_the_command_speaks_json_and_exit_codes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify.main(["--home", str(tmp_path), "--database", ""]) == 2
    assert json.loads(capsys.readouterr().out)["problem"]["kind"] == "unreadable"
    (tmp_path / "shouwen.sqlite3").write_bytes(b"not a database at all, but long enough" * 40)
    assert verify.main(["--home", str(tmp_path), "--database", ""]) == 2


def test_the_verifier_imports_nothing_of_the_product() -> None:
    tree = ast.parse(Path(verify.__file__).read_text())
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported
    assert not [n for n in imported if n.split(".")[0] in ("shouwen", "config", "django", "")]
