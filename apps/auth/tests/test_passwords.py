"""Passwords: changed, forgotten, mailed to a real SMTP server and to files; nobody learns who has an account."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from django.utils import timezone

from analytics_platform.kernel.jobs.models import JobRow
from analytics_platform.kernel.mail import MailNotSent, send_mail
from apps.auth.models import PasswordReset
from apps.auth.tests.factories import PASSWORD, Person, an_email

NEW_PASSWORD = "another long phrase 7"


class Mailbox:
    """Takes mail as a server does; `refuses` says how often it is busy first."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = 0

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:
        """One mail."""
        if self.refuses:
            self.refuses -= 1
            return "451 busy, try again"
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def mailbox(settings) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    yield box
    controller.stop()


def token_in(mail: EmailMessage) -> str:
    body = mail.get_body()
    assert body is not None
    return re.findall(r"^ {4}(\S{40,})\s*$", body.get_content(), re.MULTILINE)[0]


def log_in(anonymous, email: str, password: str) -> int:
    return anonymous.post("/auth/login", {"email": email, "password": password}).status_code


def test_a_forgotten_password_is_reset_by_mail(anonymous, owner: Person, mailbox: Mailbox, settle) -> None:
    assert anonymous.post("/auth/password/reset", {"email": owner.email.upper()}).status_code == 204
    settle()
    (mail,) = mailbox.mails
    assert mail["To"] == owner.email
    answer = anonymous.post("/auth/password/reset/confirm", {"token": token_in(mail), "new_password": NEW_PASSWORD})
    assert answer.status_code == 204
    assert (log_in(anonymous, owner.email, PASSWORD), log_in(anonymous, owner.email, NEW_PASSWORD)) == (401, 200)
    assert owner.api.get("/auth/validate").json()["code"] == "token_stale"


def test_an_unknown_address_gets_the_same_answer_and_no_mail(anonymous, owner: Person, mailbox: Mailbox, settle) -> None:
    known, unknown = (anonymous.post("/auth/password/reset", {"email": email}) for email in (owner.email, an_email()))
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert JobRow.objects.filter(kind="auth.send_password_reset").count() == 2
    settle()
    assert len(mailbox.mails) == 1


def test_a_mail_that_fails_is_sent_again(anonymous, owner: Person, mailbox: Mailbox, settle) -> None:
    mailbox.refuses = 1
    anonymous.post("/auth/password/reset", {"email": owner.email})
    settle()
    JobRow.objects.filter(kind="auth.send_password_reset").update(due_at=timezone.now())
    settle()
    assert len(mailbox.mails) == 1
    assert PasswordReset.objects.count() == 1


def test_a_server_that_is_away_is_a_problem(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 2
    with pytest.raises(MailNotSent):
        send_mail(to="a@company.example", subject="x", text="y")


def test_mail_goes_to_files_where_no_server_is_named(settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    send_mail(to="a@company.example", subject="Line\nBcc: b@company.example", text="Hello")
    (file,) = tmp_path.iterdir()
    written = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (written["To"], written["Bcc"], written["Subject"]) == ("a@company.example", None, "Line Bcc: b@company.example")


def test_a_reset_token_works_once_and_not_for_long(anonymous, owner: Person, mailbox: Mailbox, settle) -> None:
    for _ in range(2):
        anonymous.post("/auth/password/reset", {"email": owner.email})
        settle()
    older, newer = (token_in(mail) for mail in mailbox.mails)
    confirm = {"new_password": NEW_PASSWORD}
    assert anonymous.post("/auth/password/reset/confirm", {**confirm, "token": older}).json()["code"] == "reset_invalid"
    PasswordReset.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert anonymous.post("/auth/password/reset/confirm", {**confirm, "token": newer}).json()["code"] == "reset_invalid"
    PasswordReset.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    assert anonymous.post("/auth/password/reset/confirm", {**confirm, "token": newer}).status_code == 204
    assert anonymous.post("/auth/password/reset/confirm", {**confirm, "token": newer}).json()["code"] == "reset_invalid"


def test_a_weak_new_password_leaves_the_token_alive(anonymous, owner: Person, mailbox: Mailbox, settle) -> None:
    anonymous.post("/auth/password/reset", {"email": owner.email})
    settle()
    token = token_in(mailbox.mails[0])
    weak = anonymous.post("/auth/password/reset/confirm", {"token": token, "new_password": "1234"})
    assert (weak.status_code, weak.json()["errors"][0]["field"]) == (400, "new_password")
    assert anonymous.post("/auth/password/reset/confirm", {"token": token, "new_password": NEW_PASSWORD}).status_code == 204


def test_resets_are_counted(anonymous) -> None:
    email = an_email()
    statuses = [anonymous.post("/auth/password/reset", {"email": email}).status_code for _ in range(6)]
    assert statuses == [204] * 5 + [429]


def test_changing_the_password_ends_the_other_sessions(anonymous, owner: Person) -> None:
    other = owner.anew()
    answer = owner.api.post("/auth/password/change", {"current_password": PASSWORD, "new_password": NEW_PASSWORD})
    assert answer.status_code == 204
    assert other.api.get("/auth/validate").json()["code"] == "token_stale"
    assert owner.api.get("/auth/validate").status_code == 200
    assert (log_in(anonymous, owner.email, PASSWORD), log_in(anonymous, owner.email, NEW_PASSWORD)) == (401, 200)


def test_a_wrong_current_password_changes_nothing(anonymous, owner: Person) -> None:
    answer = owner.api.post("/auth/password/change", {"current_password": "wrong", "new_password": NEW_PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_password")
    assert log_in(anonymous, owner.email, PASSWORD) == 200


def test_an_invitation_is_mailed_and_sealed_while_it_waits(anonymous, owner: Person, mailbox: Mailbox, settle) -> None:
    email = an_email()
    token = owner.invite(email, "viewer")["invitation"]
    assert token not in str(list(JobRow.objects.values()))
    settle()
    (mail,) = mailbox.mails
    assert (mail["To"], token_in(mail)) == (email, token)
