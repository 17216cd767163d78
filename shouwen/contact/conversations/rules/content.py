"""What a file is, by its content: the allow list, names, pixels and the insides of zips.

Nothing here decodes an image or unpacks an archive; headers and directories are enough to say
no. Serves rule 20 of the security guide.
"""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import PurePosixPath, PureWindowsPath

import magic

FILE_MAX_BYTES = 10 * 1024 * 1024
IMAGE_MAX_PIXELS = 40_000_000
NAME_MAX_CHARACTERS = 120
ZIP_MAX_ENTRIES = 2000
ZIP_MAX_UNPACKED_BYTES = 200 * 1024 * 1024

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ENDINGS: dict[str, tuple[str, ...]] = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "text/plain": (".txt", ".log"),
    "text/csv": (".csv",),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    PPTX: (".pptx",),
}
OFFICE_FOLDERS = {"word": DOCX, "xl": XLSX, "ppt": PPTX}
ZIPPED = {"application/zip", "application/octet-stream", DOCX, XLSX, PPTX}
MARKUP = (b"<html", b"<script", b"<svg", b"<!doctype", b"<iframe", b"<?xml", b"javascript:")


class NotAccepted(ValueError):
    """The content is not on the allow list, or is not what its name says."""


class TooManyPixels(ValueError):
    """The picture would take more memory than it is worth."""


def tidy_name(name: str) -> str:
    """Give a file's own name: no folders, no control characters, at most 120 characters."""
    base = PureWindowsPath(PurePosixPath(name).name).name
    base = "".join(c for c in base if c.isprintable() and c not in '<>:"/\\|?*').strip(". ")
    base = base.encode("utf-8", "replace").decode()
    if len(base) > NAME_MAX_CHARACTERS:
        ending = PurePosixPath(base).suffix[:10]
        base = base[: NAME_MAX_CHARACTERS - len(ending)] + ending
    return base or "file"


def content_type(name: str, data: bytes) -> str:
    """Say what the bytes are, if that is accepted here and the name says the same.

    Raises NotAccepted, and TooManyPixels for a picture above the limit.
    """
    found = _sniff(data)
    ending = PurePosixPath(name).suffix.lower()
    if found == "text/plain" and ending == ".csv":
        found = "text/csv"
    if ending not in ENDINGS.get(found, ()):
        raise NotAccepted(found)
    if found.startswith("text/") and any(mark in data[:4096].lower() for mark in MARKUP):
        raise NotAccepted(found)
    if found.startswith("image/"):
        width, height = image_size(found, data)
        if width * height > IMAGE_MAX_PIXELS:
            raise TooManyPixels(f"{width}x{height}")
    return found


def _sniff(data: bytes) -> str:
    found: str = magic.from_buffer(data[:65536], mime=True)
    if data.startswith(b"PK\x03\x04") and found in ZIPPED:
        return _office_type(data)
    return found


def _office_type(data: bytes) -> str:
    """Tell which office document a zip is, from its directory. Raises NotAccepted."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise NotAccepted("application/zip") from error
    if len(entries) > ZIP_MAX_ENTRIES:
        raise NotAccepted("application/zip")
    if sum(entry.file_size for entry in entries) > ZIP_MAX_UNPACKED_BYTES:
        raise NotAccepted("application/zip")
    names = [entry.filename for entry in entries]
    if any(_is_outside(name) or name.lower().endswith("vbaproject.bin") for name in names):
        raise NotAccepted("application/zip")
    if "[Content_Types].xml" in names:
        for folder, office in OFFICE_FOLDERS.items():
            if any(name.startswith(f"{folder}/") for name in names):
                return office
    raise NotAccepted("application/zip")


def _is_outside(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/")


def image_size(kind: str, data: bytes) -> tuple[int, int]:
    """Read width and height in pixels from a picture's header. Raises NotAccepted without one."""
    try:
        size = _READERS[kind](data)
    except (struct.error, IndexError) as error:
        raise NotAccepted(kind) from error
    if not size[0] or not size[1]:
        raise NotAccepted(kind)
    return size


def _png_size(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR":
        raise NotAccepted("image/png")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while at < len(data) - 9:
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
        else:
            at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    raise NotAccepted("image/jpeg")


_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _webp_size(data: bytes) -> tuple[int, int]:
    form = data[12:16]
    if form == b"VP8X":
        width = 1 + int.from_bytes(data[24:27], "little")
        height = 1 + int.from_bytes(data[27:30], "little")
        return width, height
    if form == b"VP8L":
        bits = struct.unpack("<I", data[21:25])[0]
        return 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF)
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    raise NotAccepted("image/webp")


_READERS = {"image/png": _png_size, "image/jpeg": _jpeg_size, "image/webp": _webp_size}
