"""Whatever is uploaded, under whatever name: a table or a refusal, never a crash."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.files.parsing.child import parse
from apps.files.parsing.limits import ParseLimits, Refused
from apps.files.parsing.result import Options
from apps.files.tests.factories import SALES, ods, xls, xlsx

SEEDS = [
    b"a,b\n1,2\n3,4\n",
    b'id;"na\nme";x\r\n1;"q""q";2024-01-01\r\n',
    b'[{"a": 1, "b": [1, {"c": null}]}, {"a": "x"}]',
    b'{"a": [1, 2], "b": ["x", "y"]}',
    b'{"a": 1}\n{"a": 2}\n',
    "ä;ö\nü;ß\n".encode("latin-1"),
    "a\tb\n1\t2\n".encode("utf-16"),
    gzip.compress(b"a,b\n1,2\n"),
    xlsx({"S": SALES}),
    xls([["a", "b"], [1, "x"]]),
    ods([["a", "b"], [1, "x"]]),
]
NAMES = ["a.csv", "a.tsv", "a.txt", "a.json", "a.ndjson", "a.csv.gz", "a.xlsx", "a.xls", "a.ods", "a.parquet", "a"]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good file with some bytes changed, cut or put in."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, max(0, len(data) - 1)))
        piece = draw(st.binary(max_size=6) | st.sampled_from([b'"', b"\n", b"\r", b"\0", b",", b"{", b"]", b"\xff", b'""', b"\\"]))
        data[place : place + draw(st.integers(0, 6))] = piece
    return bytes(data)


@given(
    content=damaged() | st.binary(max_size=200) | st.text(alphabet='ab1,;\t"\n\r {}[]:=-.', max_size=60).map(str.encode),
    name=st.sampled_from(NAMES),
)
@example(content=b'"', name="a.csv")
@example(content=b'a,"\n', name="a.csv")
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_ends_in_a_table_or_a_refusal(content: bytes, name: str) -> None:
    assert outcome(content, name)


def outcome(content: bytes, name: str) -> list[str]:
    """The columns of the table, or the reason of the refusal. In this process, as a child would be most of the time."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "upload"
        source.write_bytes(content)
        try:
            parsed = parse(source, Path(folder) / "table", Path(folder), name=name, options=Options(), limits=ParseLimits())
        except Refused as refused:
            return [refused.detail]
        return [column.name for column in parsed.columns]
