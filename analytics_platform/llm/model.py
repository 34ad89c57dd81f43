"""A model behind any OpenAI-compatible endpoint, through the openai package."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from analytics_platform.kernel.declare import Problem

if TYPE_CHECKING:
    from openai import DefaultHttpxClient

MAX_ANSWER_TOKENS = 1_000
Messages = list[dict[str, str]]


class ModelUnavailable(Problem):
    code = "model_unavailable"
    status = 503
    title = "No language model can be reached. Ask with the offline engine, or try again later."


@dataclass(frozen=True)
class Completion:
    """What a model said, and the tokens it took."""

    text: str
    model: str
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True)
class ModelSettings:
    """Where the model is. Without `base_url` and `api_key` there is none."""

    base_url: str
    api_key: str
    name: str

    @property
    def is_configured(self) -> bool:
        return bool(self.name and (self.base_url or self.api_key))


def complete(settings: ModelSettings, messages: Messages, timeout_s: float) -> Completion:
    """One answer. Raises ModelUnavailable for whatever keeps the endpoint from giving one. Redirects are not followed."""
    import openai

    client = openai.OpenAI(
        base_url=settings.base_url or None, api_key=settings.api_key or "none", timeout=timeout_s, max_retries=0, http_client=_http()
    )
    try:
        answer = client.chat.completions.create(
            model=settings.name,
            messages=messages,  # type: ignore[arg-type]
            temperature=0,
            max_tokens=MAX_ANSWER_TOKENS,
        )
    except (openai.OpenAIError, ValueError) as error:
        raise ModelUnavailable(f"The language model did not answer ({type(error).__name__}).") from error
    choices = getattr(answer, "choices", None)
    text = (choices[0].message.content if choices else None) or ""
    if not text.strip():
        raise ModelUnavailable("The language model gave an empty answer.")
    usage = answer.usage
    return Completion(text, answer.model or settings.name, usage.prompt_tokens if usage else 0, usage.completion_tokens if usage else 0)


@cache
def _http() -> DefaultHttpxClient:
    """One for the process: to make one is to read every certificate authority (25 ms), and a connection may serve again."""
    import openai

    return openai.DefaultHttpxClient(follow_redirects=False)
