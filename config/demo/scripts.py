"""The demo's scripts: the standard ones, a unit's own, and lines that were made with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from config.demo.founding import Founded
from shouwen.contact.conversations.models import AuthorKind, Message
from shouwen.front.desk.actions import scripting, wording_scripts
from shouwen.front.desk.actions.wording_scripts import Wording
from shouwen.front.desk.models import Script

# The words a script begins with, as they stand in the demo's conversations.
BEGINNINGS = {"您好，我是": "opening-seen", "给您添麻烦了": "emotion-sorry"}
LATEST = 120
OWN = {
    "bank": (
        "cards",
        Wording(
            kind="GUIDANCE",
            shortcut="dd",
            title_zh="调单说明",
            title_en="Voucher retrieval",
            body_zh="您反映的{业务名称}需向卡组织调单，以调单结果为准，进展会及时告知您。",
            body_en="Your {business} needs the voucher from the card scheme; its content decides. "
            "We will tell you how it goes.",
        ),
    ),
    "insurer": (
        "chat",
        Wording(
            kind="GUIDANCE",
            shortcut="bl",
            title_zh="补充理赔资料",
            title_en="Papers for a claim",
            body_zh="{业务名称}还需补充{信息类型}，请在本窗口上传，文件会先经过安全检查。",
            body_en="Your {business} still needs {information}. Please upload it in this window; "
            "files are checked before anyone opens them.",
        ),
    ),
}


def furnish(founded: Founded, code: str, at: datetime) -> None:
    """Give the institution the standard scripts, and one of its units its own."""
    scripting.load_scripts(founded.institution, actor=founded.actor, at=at)
    unit, wording = OWN[code]
    wanted = replace(wording, unit=founded.units[unit].public_id)
    wording_scripts.write_script(founded.institution, wanted, actor=founded.actor, at=at)


def use_in_lines(founded: Founded) -> None:
    """Count the latest lines of people that begin as a script does."""
    refs = dict(
        Script.objects.filter(institution=founded.institution, code__in=BEGINNINGS.values())
        .order_by("pk")
        .values_list("code", "public_id")
    )
    said = Message.objects.filter(
        contact__institution=founded.institution, author_kind=AuthorKind.STAFF
    ).select_related("contact", "author_person")
    for message in said.order_by("-pk")[:LATEST]:
        words, person = message.body.plain, message.author_person
        used = [refs[code] for start, code in BEGINNINGS.items() if words.startswith(start)]
        if person is not None:
            wording_scripts.count_uses(message, person, used, at=message.created_at)
