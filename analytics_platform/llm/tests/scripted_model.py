"""A real OpenAI-compatible HTTP server on loopback that says what it was told to say, and keeps what it was sent."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ScriptedModel:
    """Gives its replies in turn (the last one again and again); a number is an HTTP status to fail with."""

    def __init__(self, *replies: str | dict[str, Any] | int) -> None:
        self.replies = [json.dumps(reply) if isinstance(reply, dict) else reply for reply in replies]
        self.requests: list[dict[str, Any]] = []
        self.url = ""
        self.takes_s = 0.0

    def next_reply(self) -> str | int:
        return self.replies[min(len(self.requests) - 1, len(self.replies) - 1)]

    @property
    def sent(self) -> str:
        """Every prompt so far, as one text."""
        return json.dumps([request["messages"] for request in self.requests], ensure_ascii=False)


@contextmanager
def serving(model: ScriptedModel) -> Iterator[ScriptedModel]:
    """The server, up while inside."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            model.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            reply = model.next_reply()
            time.sleep(model.takes_s)
            body = {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": "scripted-1",
                "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": reply}}],
                "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
            }
            content = json.dumps(body if isinstance(reply, str) else {"error": {"message": "down"}}).encode()
            self.send_response(200 if isinstance(reply, str) else reply)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            with suppress(OSError):  # whoever asked waits no longer
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
