"""The parser's refusals as the contract's problems."""

from __future__ import annotations

from analytics_platform.kernel.declare import Problem
from apps.files.contract import FileBomb, FileParseLimit, FileUnreadable, UnsupportedFileType
from apps.files.parsing.limits import Refused

_PROBLEMS: dict[str, type[Problem]] = {problem.code: problem for problem in (UnsupportedFileType, FileUnreadable, FileBomb, FileParseLimit)}


def problem_of(refused: Refused) -> Problem:
    """The problem with the refusal's code and sentence."""
    return _PROBLEMS[refused.code](refused.detail)
