"""`manage.py compilepo`: compile message catalogues; `--missing` names what they lack."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

import polib
from django.core.management.base import BaseCommand

from shouwen.ground.kit import messages


class Command(BaseCommand):
    """Compile stale catalogues, or show what is not yet said in Chinese."""

    help = "Compile message catalogues that changed; --missing lists what a room's catalogue lacks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--missing` and, optionally, one room's name."""
        parser.add_argument("--missing", action="store_true", help="list unfinished messages")
        parser.add_argument("room", nargs="?", default="", help="one room, such as desk")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the one or the other."""
        if options["missing"]:
            self._missing(options["room"])
            return
        for path in messages.compile_stale():
            self.stdout.write(str(path.relative_to(messages.ROOT)))

    def _missing(self, name: str) -> None:
        for room in messages.rooms():
            if name and room.name != name:
                continue
            for context, message in messages.missing_in(room):
                entry = polib.POEntry(msgid=message, msgctxt=context or None, msgstr="")
                self.stdout.write(f"# {room.name}\n{entry}")
