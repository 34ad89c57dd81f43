"""Mail to people: plain text through Django's backend. Send it from a job: what fails there is tried again."""

from __future__ import annotations

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage

from analytics_platform.kernel.declare import Problem


class MailNotSent(Problem):
    """The mail server does not answer, or refuses."""

    code = "mail_not_sent"
    status = 503
    title = "The mail could not be sent."


def send_mail(*, to: str, subject: str, text: str) -> None:
    """One mail to one person, from EMAIL_FROM. Raises MailNotSent."""
    message = EmailMessage(subject=" ".join(subject.split()), body=text, from_email=settings.EMAIL_FROM, to=[to])
    try:
        message.send()
    except (SMTPException, OSError) as fault:
        raise MailNotSent(f"The mail could not be sent: {type(fault).__name__}.", retry_after_s=60) from fault
