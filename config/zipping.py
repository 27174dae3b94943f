"""ZIP files written piece by piece, each file listed with its size and SHA-256.

Equal content gives equal bytes: every file bears the same date, in the order it was
written. What is large is never held as a whole.
"""

from __future__ import annotations

import json
import re
import unicodedata
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

# The first day that a ZIP file knows.
NO_DATE = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644 << 16
UNIX = 3
# What no system takes in a name, and what could leave the folder.
UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
LONGEST = 100


class Bundle:
    """A ZIP file in the making; `files` are the lines of its manifest."""

    def __init__(self, file: IO[bytes]) -> None:
        self.zip = ZipFile(file, "w", ZIP_DEFLATED)
        self.files: list[dict[str, Any]] = []

    def add(self, path: str, parts: Iterable[str | bytes], **said: Any) -> None:
        """A file of texts or bytes; `said` stands beside it in the manifest."""
        self.files.append({"path": path, **self.write(path, parts), **said})

    def write(self, path: str, parts: Iterable[str | bytes]) -> dict[str, Any]:
        """Write a file, and say its size and hash."""
        entry = ZipInfo(path, NO_DATE)
        entry.compress_type = ZIP_DEFLATED
        entry.external_attr = READABLE
        entry.create_system = UNIX
        digest, size = sha256(), 0
        with self.zip.open(entry, "w", force_zip64=True) as out:
            for part in parts:
                content = (
                    part if isinstance(part, bytes) else part.encode("utf-8", "replace")
                )
                out.write(content)
                digest.update(content)
                size += len(content)
        return {"bytes": size, "sha256": digest.hexdigest()}

    def finish(self, **said: Any) -> None:
        """Write `manifest.json`, the list of all files, and close."""
        manifest = {**said, "files": self.files}
        self.write(
            "manifest.json", [json.dumps(manifest, ensure_ascii=False, indent=1)]
        )
        self.zip.close()


def safe_name(name: str) -> str:
    """A text as a file name on any system: one name, without surprises."""
    text = UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(". ")
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending) > 5:
        return text[:LONGEST].rstrip(". ") or "_"
    return f"{stem[:LONGEST].rstrip('. ') or '_'}.{ending}"
