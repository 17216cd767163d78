"""`shouwen`: the one command for running and checking a centre."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path

import click
import django
from django.core.exceptions import ImproperlyConfigured

PROGRAM = "shouwen"


def prepare() -> None:
    """Load Django with this installation's settings, or end with one clear sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Whatever is written from here on, database and files included, is this account's alone.
    os.umask(0o077)
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise click.ClickException(str(error)) from error


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=PROGRAM, prog_name=PROGRAM)
def main() -> None:
    """Shouwen 首问, a contact centre for regulated finance.

    Settings come from the environment; docs/operations.md lists them.
    """


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, envvar="PORT", show_default=True, type=click.IntRange(1, 65535)
)
@click.option("--no-loops", is_flag=True, help="Serve pages only; another process runs the loops.")
def up(host: str, port: int, no_loops: bool) -> None:
    """Run the centre: database, pages, sockets and the loops beside them, in one process."""
    prepare()
    # Imported after Django is ready: these modules load the rooms' tables.
    from config import server  # noqa: PLC0415

    sys.exit(server.run(host, port, with_loops=not no_loops))


@main.command()
def loops() -> None:
    """Run only the loops (delivery, clocks, audit chain, routing), for a worker process."""
    prepare()
    from config import server  # noqa: PLC0415

    sys.exit(server.run_loops())


@main.command()
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 365))
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same month.")
def demo(days: int, seed: int) -> None:
    """Fill an empty centre with the demo institutions and a month of history."""
    prepare()
    from config import preparing  # noqa: PLC0415
    from config.demo import centre  # noqa: PLC0415

    preparing.migrate()
    centre.build(days=days, seed=seed, say=click.echo)


@main.command()
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="A running centre.")
@click.option("--institution", default="bank", show_default=True)
@click.option("--contacts", default=500, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--at-once", default=50, show_default=True, type=click.IntRange(1, 2_000))
@click.option("--staff", default=12, show_default=True, type=click.IntRange(1, 200))
@click.option(
    "--speed", default=0.0, help="Replay the `at` column this many times faster; 0: at once."
)
@click.option(
    "--complaints",
    "as_complaints",
    is_flag=True,
    help="File them as complaints and carry each to its end; needs SHOUWEN_CLOCK_FILE.",
)
def replay(
    files: tuple[Path, ...],
    url: str,
    institution: str,
    contacts: int,
    at_once: int,
    staff: int,
    speed: float,
    as_complaints: bool,
) -> None:
    """Play real texts as customers through the public doors of a running centre.

    FILE is CSV or JSONL with `text` and optionally `label`, `channel`, `at`; of several files they
    are taken in turns. Ends with a summary as one JSON line; the exit status is 1 when anything was
    lost or doubled, or the ledger of complaints differs from the audit trail.
    """
    prepare()
    from config.replay import play  # noqa: PLC0415

    sys.exit(
        play.run(
            files,
            url=url,
            institution=institution,
            contacts=contacts,
            at_once=at_once,
            staff=staff,
            speed=speed,
            as_complaints=as_complaints,
        )
    )


@main.command("check-packs")
def check_packs() -> None:
    """Prove that every clause with a number is in a rule pack with the same number."""
    prepare()
    from shouwen.ground.policy import check  # noqa: PLC0415

    sys.exit(check.main())


@main.command("mail-test")
@click.argument("address")
def mail_test(address: str) -> None:
    """Send one letter to ADDRESS through SHOUWEN_SMTP, and say what the mail server answered."""
    prepare()
    from config import mailing  # noqa: PLC0415

    sys.exit(mailing.try_out(address, say=click.echo))


@main.command("rebuild-figures")
@click.option("--institution", required=True, help="The institution's code, such as bank.")
@click.option("--months", default=13, show_default=True, type=click.IntRange(1, 120))
def rebuild_figures(institution: str, months: int) -> None:
    """Sum the figures of days and months anew from their quarter hours, a month at a time."""
    prepare()
    from config import figures  # noqa: PLC0415

    figures.rebuild(institution, months, say=click.echo)


@main.group()
def types() -> None:
    """Types of complaints, learned from classified ones and suggested to whoever classifies."""


@types.command("learn")
@click.option("--institution", required=True, help="The institution's code, such as bank.")
@click.option(
    "--from",
    "files",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV or JSONL with `text` and `label` (a type), instead of its own ledger; repeatable.",
)
def learn_types(institution: str, files: tuple[Path, ...]) -> None:
    """Learn from the institution's own complaints and suggest by it; prints how it did as JSON."""
    prepare()
    from config import learning  # noqa: PLC0415

    click.echo(json.dumps(learning.learn(institution, files, say=_aside)))


@types.command("figures")
@click.option("--institution", required=True, help="The institution's code, such as bank.")
def type_figures(institution: str) -> None:
    """Print how the model did when learned, and how often people have agreed, as JSON."""
    prepare()
    from config import learning  # noqa: PLC0415

    click.echo(json.dumps(learning.figures(institution)))


@types.command("stop")
@click.option("--institution", required=True, help="The institution's code, such as bank.")
def stop_types(institution: str) -> None:
    """Suggest nothing any more."""
    prepare()
    from config import learning  # noqa: PLC0415

    learning.stop(institution)


def _aside(words: str) -> None:
    click.echo(words, err=True)


@main.group()
def institution() -> None:
    """Institutions served by this centre, and their first administrators."""


@institution.command("found")
@click.option("--code", required=True, help="Short, lower case, for good: addresses hold it.")
@click.option(
    "--kind",
    required=True,
    type=click.Choice(["BANK", "INSURER", "SECURITIES", "CREDIT", "OTHER"], case_sensitive=False),
)
@click.option("--name", "name_zh", required=True, help="Its Chinese name, as customers see it.")
@click.option("--name-en", default="", help="Its English name.")
@click.option("--unit", "unit_zh", default="客户服务中心", show_default=True, help="Head unit.")
@click.option("--unit-en", default="Customer service centre", show_default=True)
def found_institution(
    code: str, kind: str, name_zh: str, name_en: str, unit_zh: str, unit_en: str
) -> None:
    """Found an institution with its head unit and the standard scripts.

    Every rule pack counts, the strictest limit first; two persons change that on the console.
    Appoint two administrators next.
    """
    prepare()
    from config import founding, preparing  # noqa: PLC0415

    try:
        preparing.migrate()
    except preparing.CannotStart as error:
        raise click.ClickException(str(error)) from error
    founding.found(
        code=code, kind=kind, name_zh=name_zh, name_en=name_en, unit_zh=unit_zh, unit_en=unit_en
    )
    click.echo(f"{code} is founded. Next: shouwen institution administrator --institution {code} …")


@institution.command("administrator")
@click.option("--institution", required=True, help="The institution's code, such as bank.")
@click.option("--username", required=True, help="What they sign in with.")
@click.option("--staff-no", required=True, help="Their staff number.")
@click.option("--name", required=True)
def appoint_administrator(institution: str, username: str, staff_no: str, name: str) -> None:
    """Take in an administrator; prints the link they choose a password by, on the last line.

    Two are needed, since a second person agrees to every role; they take in everybody else.
    """
    prepare()
    from config import founding  # noqa: PLC0415

    made = founding.appoint(
        institution=institution, username=username, staff_no=staff_no, name=name
    )
    _aside(f"The link opens once, within {made.hours} hours. Hand it to {name} in person.")
    if made.administrators == 1:
        _aside("One administrator cannot give a role alone. Appoint a second one.")
    click.echo(made.link)


@main.group()
def audit() -> None:
    """The audit trail."""


@audit.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def verify(options: tuple[str, ...]) -> None:
    """Verify chain, tree and signed checkpoints, with code of its own; says where it is broken."""
    from shouwen.ground.vault import verify as verifier  # noqa: PLC0415

    sys.exit(verifier.main(list(options)))


@main.group("api-key")
def api_key() -> None:
    """Keys for programs."""


@api_key.command("create")
@click.option("--role", required=True, help="agent, lead, complaints, auditor, …")
@click.option("--institution", required=True, help="The institution's code, such as bank.")
@click.option("--name", default="", help="What the key is for.")
@click.option("--person", default="", help="Sign-in name of the member of staff the key acts as.")
@click.option("--per-minute", type=int, help="Most requests a minute; else the house's figure.")
@click.option("--expires-on", type=click.DateTime(["%Y-%m-%d"]), help="The last day it opens.")
def create_key(
    role: str,
    institution: str,
    name: str,
    person: str,
    per_minute: int | None,
    expires_on: datetime | None,
) -> None:
    """Make a key and print it alone on the last line; it is shown only this once."""
    prepare()
    from config import keys  # noqa: PLC0415

    try:
        token = keys.create(
            role=role,
            institution=institution,
            name=name,
            person=person,
            per_minute=per_minute,
            expires_on=expires_on.date() if expires_on else None,
        )
    except keys.KeyNotMade as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"Key for role {role} at {institution}. Keep it safe; it is not shown again.", err=True
    )
    click.echo(token)


if __name__ == "__main__":
    main()
