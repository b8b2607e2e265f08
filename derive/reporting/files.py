"""Writing reports: a whole file or none, under a name that cannot leave its folder.

A run that is killed may leave a file of its own behind, half written, beside the reports.
The next run into the same folder clears it away.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

__all__ = ["ReportNotWritten", "report_names", "rewrite", "slug", "write_set", "write_whole"]

_LONGEST = 80
_TEMPORARY = re.compile(r"\.derive-[0-9a-f]{16}\.tmp")
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)}


class ReportNotWritten(OSError):
    """A report could not be written; whatever stood there before still stands."""


def write_whole(
    path: str | os.PathLike[str], content: str | bytes, mode: int | None = None
) -> None:
    """Put ``content`` at ``path`` completely, or leave what is there and raise.

    The new content goes to a fresh file beside the target and takes its place only
    once it is on disk, so a full disk or a crash never costs the old report, and a
    symbolic link is replaced rather than followed.

    Raises:
        ReportNotWritten: with the path and the system's reason.
    """
    target = Path(path)
    temporary = target.with_name(f".derive-{secrets.token_hex(8)}.tmp")
    created = False
    try:
        data = content.encode("utf-8") if isinstance(content, str) else content
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(temporary, flags, 0o666)  # the umask takes its share, as for open()
        created = True
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, target)
        created = False
        _sync_folder(target.parent)
    except (OSError, UnicodeEncodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReportNotWritten(f"{target} was not written: {reason}") from error
    finally:
        if created:
            temporary.unlink(missing_ok=True)


def rewrite(path: str | os.PathLike[str], before: bytes, text: str) -> None:
    """Put a changed ``text`` in the place of a file that was read as ``before``: the file that
    a link points to, with its permissions and its byte order mark.

    Raises:
        ReportNotWritten: it could not be written, or is not what was read any more.
    """
    target = Path(os.path.realpath(path))
    if target.read_bytes() != before:
        raise ReportNotWritten(f"{path} was changed meanwhile, and is not written")
    mode = target.stat().st_mode & 0o7777
    mark = "\ufeff" if before.startswith(b"\xef\xbb\xbf") else ""
    write_whole(target, mark + text, mode)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can open folders at all."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def slug(name: str) -> str:
    """A file name made of ``[A-Za-z0-9._-]``, at most 80 long, safe on every system.

    Folders become hyphens. If anything else had to go, a short hash of the full name
    keeps two different names apart.
    """
    flat = name.replace("\\", "/")
    while flat.startswith(("./", "../", "/")):
        flat = flat.split("/", 1)[1]
    flat = flat.replace("/", "-")
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", flat).lstrip("-.").rstrip(".")
    lossy = safe != flat
    if not safe or safe.split(".")[0].lower() in _RESERVED:
        safe, lossy = f"page-{safe}".rstrip("-"), True
    if lossy or len(safe) > _LONGEST:
        return f"{safe[: _LONGEST - 9].rstrip('.-')}-{_short_hash(name)}"
    return safe


def _short_hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def report_names(paths: Sequence[str], extension: str) -> list[str]:
    """One file name per page path, in order, no two alike even where case is ignored."""
    stems = [slug(_without_suffix(path)) for path in paths]
    folded = [stem.lower() for stem in stems]
    names = []
    for path, stem, fold in zip(paths, stems, folded, strict=True):
        if folded.count(fold) > 1 or fold == "index":
            stem = f"{stem[: _LONGEST - 9]}-{_short_hash(path)}"
        names.append(stem + extension)
    return names


def _without_suffix(path: str) -> str:
    shown = path.rsplit("/", 1)[-1] if path.startswith("/") else path
    return re.sub(r"(?<=[^/.])\.[A-Za-z0-9]{1,8}$", "", shown)


def write_set(folder: str | os.PathLike[str], reports: Mapping[str, str | bytes]) -> list[Path]:
    """Write rendered reports, by file name, into ``folder`` and return their paths.

    Takes finished contents on purpose: everything has been rendered before the first
    file is touched, so a failing page never leaves half a set behind.

    Raises:
        ReportNotWritten: a name points outside ``folder``, or writing failed.
    """
    root = Path(folder)
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportNotWritten(f"{root} cannot be created: {error.strerror}") from error
    targets = [root / name for name in reports]
    home = os.path.realpath(root)
    for target in targets:
        parent = os.path.realpath(target.parent)
        if parent != home or target.name in {"", ".", ".."}:
            raise ReportNotWritten(f"{target} lies outside {root}")
    with _tidied(root):
        for target, content in zip(targets, reports.values(), strict=True):
            write_whole(target, content)
    return targets


@contextmanager
def _tidied(folder: Path) -> Iterator[None]:
    """Remove what killed runs left in ``folder``, and keep other runs from doing so meanwhile.

    Temporary files belong to a run that is still writing or to one that was killed. While
    writing, a run holds a shared lock on the folder, which the system takes back however the
    run ends; who gets the lock for himself alone knows that all of them are left over. Where
    folders cannot be locked (Windows, some network drives) they stay, which harms nobody.
    """
    if sys.platform == "win32":
        yield
        return
    handle = None
    try:
        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for path in folder.iterdir():
            if _TEMPORARY.fullmatch(path.name):
                path.unlink(missing_ok=True)
    except OSError:
        pass  # someone else is writing, or there are no locks here: tidying can wait
    try:
        if handle is not None:
            with suppress(OSError):  # no locks here
                fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        if handle is not None:
            os.close(handle)
