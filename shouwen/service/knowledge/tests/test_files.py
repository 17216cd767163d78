"""Files of an article: on a draft alone, approved with it, read by whoever may read it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shouwen.contact.conversations import plugs, ports
from shouwen.contact.conversations.actions import problems
from shouwen.contact.conversations.plugs import EICAR
from shouwen.contact.conversations.ports import ScannerAway
from shouwen.ground.kernel.errors import NotAllowed, NotThere
from shouwen.people.staff.tests.factories import signed_in
from shouwen.service.knowledge import actions, queries
from shouwen.service.knowledge.actions.attaching import ScannerSilent, TooManyFiles
from shouwen.service.knowledge.models import FILES_MAX, ArticleFile, ArticleVersion
from shouwen.service.knowledge.tests.factories import (
    FEE,
    MONDAY_9AM,
    House,
    a_draft,
    a_house,
    later,
    published,
)

OTHER = "利率表\n一年期".encode()
TEXT = "费率表\n普通卡：首年免年费".encode()


def with_file(house: House, data: bytes = TEXT, name: str = "费率表.txt") -> ArticleVersion:
    """Draft an article with one file."""
    version = a_draft(house)
    actions.attach(version, name=name, data=data, actor=house.writer, at=MONDAY_9AM)
    return version


def approve(house: House, version: ArticleVersion) -> None:
    """Hand a version in and approve it."""
    actions.submit(version, actor=house.writer, at=MONDAY_9AM)
    actions.approve(version, actor=house.boss, at=MONDAY_9AM)


def test_a_reader_gets_the_file_once_the_version_is_approved(house: House) -> None:
    version = with_file(house)
    ref = version.files.get().public_id
    agent = signed_in(house.agent)
    assert agent.get(f"/knowledge/files/{ref}/").status_code == 404
    approve(house, version)
    shown = agent.get(f"/knowledge/{version.article.public_id}/").content.decode()
    assert f"/knowledge/files/{ref}/" in shown
    answer = agent.get(f"/knowledge/files/{ref}/")
    assert (answer.status_code, answer.content) == (200, TEXT)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_the_bytes_are_sealed_at_rest(house: House) -> None:
    row = with_file(house).files.get()
    assert "费率表".encode() not in plugs.file_store().get(row.storage_key)


def test_the_next_version_keeps_the_files_and_the_old_one_too(house: House) -> None:
    version = with_file(house)
    approve(house, version)
    after = actions.revise(version.article, FEE, actor=house.writer, at=later(hours=1))
    ref = version.files.get().public_id
    assert after.files.get().public_id == ref
    actions.detach(after, ref, actor=house.writer, at=later(hours=1))
    actions.attach(after, name="新表.txt", data=OTHER, actor=house.writer, at=later(hours=1))
    assert version.files.get().public_id == ref
    changes = queries.comparison(
        house.writer, version.article.public_id, 1, 2, at=later(hours=1)
    ).files
    assert [(change.kind, change.text) for change in changes] == [
        ("removed", "费率表.txt"),
        ("added", "新表.txt"),
    ]


def test_only_the_author_and_only_on_a_draft(house: House) -> None:
    version = with_file(house)
    ref = version.files.get().public_id
    for actor in (house.me, house.boss, house.acting(house.colleague)):
        with pytest.raises(NotAllowed):
            actions.attach(version, name="a.txt", data=TEXT, actor=actor, at=MONDAY_9AM)
        with pytest.raises(NotAllowed):
            actions.detach(version, ref, actor=actor, at=MONDAY_9AM)
    approve(house, version)
    with pytest.raises(actions.NothingOpen):
        actions.attach(version, name="b.txt", data=OTHER, actor=house.writer, at=MONDAY_9AM)
    with pytest.raises(actions.NothingOpen):
        actions.detach(version, ref, actor=house.writer, at=MONDAY_9AM)
    assert [file.name for file in version.files.all()] == ["费率表.txt"]


def test_the_same_file_again_is_the_one_that_is_there(house: House) -> None:
    version = with_file(house)
    actions.attach(version, name="again.txt", data=TEXT, actor=house.writer, at=MONDAY_9AM)
    assert ArticleFile.objects.count() == version.files.count() == 1


def test_what_is_on_the_screen_must_be_what_is_there(house: House) -> None:
    version = a_draft(house)
    seen = version.revision
    actions.attach(version, name="a.txt", data=TEXT, seen=seen, actor=house.writer, at=MONDAY_9AM)
    with pytest.raises(actions.ChangedMeanwhile):
        actions.attach(
            version, name="b.txt", data=OTHER, seen=seen, actor=house.writer, at=MONDAY_9AM
        )
    assert version.files.count() == 1


def test_no_more_than_a_version_takes(house: House) -> None:
    version = a_draft(house)
    for number in range(FILES_MAX):
        name = f"{number}.txt"
        actions.attach(
            version, name=name, data=f"费率 {name}".encode(), actor=house.writer, at=MONDAY_9AM
        )
    with pytest.raises(TooManyFiles):
        actions.attach(version, name="x.txt", data=OTHER, actor=house.writer, at=MONDAY_9AM)
    assert version.files.count() == FILES_MAX


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.exe", b"MZ" + b"\x00" * 100, problems.FileRefused),
        ("a.txt", EICAR, problems.FileInfected),
        ("a.png", b"not a picture", problems.FileRefused),
        ("", b"", problems.FileRefused),
    ],
)
def test_what_is_no_fit_file_is_refused_by_name(
    house: House, name: str, data: bytes, error: type[Exception]
) -> None:
    version = a_draft(house)
    with pytest.raises(error):
        actions.attach(version, name=name, data=data, actor=house.writer, at=MONDAY_9AM)
    assert not ArticleFile.objects.exists()


def test_nothing_is_kept_while_the_scanner_is_silent(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent:
        def scan(self, data: bytes) -> object:
            raise ScannerAway

    monkeypatch.setattr(ports.plugged, "scanner", Silent())
    version = a_draft(house)
    with pytest.raises(ScannerSilent):
        actions.attach(version, name="a.txt", data=TEXT, actor=house.writer, at=MONDAY_9AM)
    assert not ArticleFile.objects.exists()


def test_another_house_and_the_public_see_only_what_is_theirs(house: House) -> None:
    version = with_file(house)
    approve(house, version)
    ref, article = version.files.get().public_id, version.article.public_id
    other = a_house("insurer")
    assert signed_in(other.editor).get(f"/knowledge/files/{ref}/").status_code == 404
    visitor, address = Client(), f"/help/bank/{article}/files/{ref}"
    assert visitor.get(address).status_code == 404
    for_all = actions.revise(
        version.article, replace(FEE, audience="PUBLIC"), actor=house.writer, at=MONDAY_9AM
    )
    approve(house, for_all)
    assert visitor.get(address).content == TEXT
    assert f"files/{ref}" in visitor.get(f"/help/bank/{article}/").content.decode()
    assert visitor.get(f"/help/bank/{article}/files/kfile_{'a' * 26}").status_code == 404
    assert visitor.get(f"/help/insurer/{article}/files/{ref}").status_code == 404


def test_the_pages_add_and_take_off(house: House) -> None:
    version = a_draft(house)
    page = f"/knowledge/{version.article.public_id}/"
    editor = signed_in(house.editor)
    file = SimpleUploadedFile("费率表.txt", TEXT)
    form = {"version": "1", "revision": "0"}
    assert editor.post(f"{page}files/", {**form, "file": file}).status_code == 302
    assert "费率表.txt" in editor.get(f"{page}?version=1").content.decode()
    late = editor.post(f"{page}files/", {**form, "file": SimpleUploadedFile("b.txt", OTHER)})
    assert late.status_code == 409
    none = editor.post(f"{page}files/", {"version": "1", "revision": "1"})
    assert none.status_code == 422
    assert 'role="alert"' in none.content.decode()
    ref = version.files.get().public_id
    taken = {"version": "1", "revision": "1", "file": ref}
    assert editor.post(f"{page}files/remove/", taken).status_code == 302
    assert not version.files.exists()


def test_a_program_reads_which_files_there_are(house: House) -> None:
    version = published(house)
    found = queries.version_in_force(house.me, version.article.public_id, at=MONDAY_9AM)
    assert queries.files_of(found) == []
    with pytest.raises(NotThere):
        actions.open_attached(found, "kfile_" + "a" * 26)
