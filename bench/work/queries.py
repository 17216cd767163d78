"""Counts the queries of pages, asked as a signed-in person: `queries LOGIN PASSWORD PATH …`."""

from __future__ import annotations

import sys

from bench.work.begin import begin, say


def main() -> None:
    """Sign in, ask for each page twice, and print the queries of the second time."""
    begin()
    from django.db import connection  # noqa: PLC0415  # Django is ready only now
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    login, password, *paths = sys.argv[1:]
    client = Client()
    client.post("/accounts/login/", {"login": login, "password": password})
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        say(path=path, queries=len(asked))


if __name__ == "__main__":
    main()
