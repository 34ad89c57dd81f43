"""Text in any encoding to one UTF-8 file with \\n line ends: BOM first, then strict UTF-8, then a detector."""

from __future__ import annotations

import codecs
import shutil
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from apps.files.parsing.limits import MIB, Refused

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
)
_SAMPLE_BYTES = 256 * 1024


@dataclass(frozen=True)
class Text:
    """A UTF-8 file without BOM, lines ending in \\n, and the encoding it came in."""

    path: Path
    encoding: str


def as_utf8(source: Path, workdir: Path, encoding: str | None) -> Text:
    """The file as UTF-8: itself where it is that already, else a copy. Raises Refused for text that no encoding explains."""
    with source.open("rb") as file:
        start = file.read(4)
    for bom, codec, label in _BOMS:
        if start.startswith(bom):
            return _transcoded(source, workdir, codec, label)
    if encoding is not None:
        return _transcoded(source, workdir, _known(encoding), _known(encoding))
    survey = _Survey(source)
    if survey.first_bad_byte is None and survey.nul_bytes == 0:
        return Text(source, "utf-8") if not survey.has_carriage_returns else _transcoded(source, workdir, "utf-8", "utf-8")
    found = _detected(source, survey)
    return _transcoded(source, workdir, found, found)


class _Survey:
    """One pass over the bytes: is it UTF-8, and what else would need a copy?"""

    def __init__(self, source: Path) -> None:
        self.first_bad_byte: int | None = None
        self.nul_bytes = 0
        self.has_carriage_returns = False
        decoder, position = codecs.getincrementaldecoder("utf-8")("strict"), 0
        with source.open("rb") as file:
            while chunk := file.read(MIB):
                self.nul_bytes += chunk.count(0)
                self.has_carriage_returns = self.has_carriage_returns or b"\r" in chunk
                pending = len(decoder.getstate()[0])
                if not pending and chunk.isascii():  # ten times faster than decoding, and most files are
                    position += len(chunk)
                    continue
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    self.first_bad_byte = max(0, position - pending + error.start)
                    return
                position += len(chunk)
        if decoder.getstate()[0]:
            self.first_bad_byte = position - len(decoder.getstate()[0])


def _known(encoding: str) -> str:
    try:
        info = codecs.lookup(encoding)
        is_text = isinstance(b"a".decode(info.name), str)
    except (LookupError, ValueError, UnicodeError):
        raise Refused("file_unreadable", f"There is no text encoding named {encoding!r}.") from None
    if not is_text:
        raise Refused("file_unreadable", f"{encoding!r} is not a text encoding.")
    return "utf-8" if info.name == "utf-8" else info.name


def _detected(source: Path, survey: _Survey) -> str:
    """The likeliest encoding, judged by the start of the file and by the neighbourhood of the first byte that is not UTF-8."""
    from charset_normalizer import from_bytes

    with source.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
        if survey.first_bad_byte is not None and survey.first_bad_byte > _SAMPLE_BYTES:
            file.seek(survey.first_bad_byte - _SAMPLE_BYTES // 2)
            sample = file.read(_SAMPLE_BYTES).partition(b"\n")[2]
    if 0 in sample:
        return _utf16_order(sample)
    lines = [line for line in sample.split(b"\n")[:-1] or [sample] if not line.isascii()]  # plain lines tell nothing and dilute the rest
    telling = b"\n".join(lines[:500])
    if _reads_as_western(telling):
        return "cp1252"  # Latin-1 and more; further down there may be quotation marks
    best = from_bytes(telling).best()
    if best is None:
        raise Refused("file_unreadable", "The text's encoding could not be recognised; name it in `options.encoding`.")
    return codecs.lookup(best.encoding).name


def _utf16_order(sample: bytes) -> str:
    """UTF-16 without a BOM: Latin text has a 0 in every other byte, and no control characters when it is read so. Raises Refused for binary data."""
    odd, even = sample[1::2].count(0), sample[::2].count(0)
    if max(odd, even) > len(sample) * 0.2 and min(odd, even) == 0:
        encoding = "utf-16-le" if odd else "utf-16-be"
        text = sample.decode(encoding, errors="replace")
        if not any(character < " " and character not in "\t\r\n" for character in text):
            return encoding
    raise Refused("file_unreadable", "The file holds binary data, not text.")


_WESTERN = set("äöüÄÖÜßéèêëàâáãåæçñóòôõøíìîïúùûýÿœÉÈÊÀÂÁÃÅÆÇÑÓÒÔÕØÍÎÚŒ€–—‘’“”„…«»°§£¿¡®©™²³µ·ºª\u00a0")


def _reads_as_western(telling: bytes) -> bool:
    """Whether the bytes past ASCII are, nearly all, letters and signs that Western European text uses, each beside ASCII letters.

    The detector knows languages, but needs more text than a column of names has; this is the commonest case by far.
    """
    try:
        text = telling.decode("cp1252")
    except UnicodeDecodeError:
        return False
    foreign = [character for character in text if not character.isascii()]
    runs = sum(1 for a, b in pairwise(text) if not a.isascii() and not b.isascii() and a.isalpha() and b.isalpha())
    return sum(character in _WESTERN for character in foreign) >= 0.95 * len(foreign) and runs <= 0.1 * len(foreign)


def _transcoded(source: Path, workdir: Path, codec: str, label: str) -> Text:
    """A copy in UTF-8 in which \\r\\n and lone \\r are \\n."""
    target = workdir / "text.utf8"
    try:
        with source.open(encoding=codec, newline=None) as text, target.open("w", encoding="utf-8", newline="") as copy:
            shutil.copyfileobj(text, copy, MIB)
    except UnicodeError as error:
        raise Refused(
            "file_unreadable", f"The file is not valid {label} text: {error.reason if hasattr(error, 'reason') else error}."
        ) from error
    return Text(target, label)
