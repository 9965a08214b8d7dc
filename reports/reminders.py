"""Asks each officer for what a year's record still lacks: one letter a person.

Letters are in the portal's first language, whatever the sender reads it in.
"""

import logging
from dataclasses import dataclass
from datetime import date
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, require
from reports.december import people_present, readiness
from teras.models import Plan

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """What one officer is asked for."""

    to: User
    subject: str
    body: str
    count: int


@dataclass(frozen=True)
class Sent:
    """Whom the mail server took a letter for, and whom it refused or could not be reached for."""

    to: tuple[User, ...]
    failed: tuple[User, ...]


def letters(
    plan: Plan, year: int, *, sender: User, today: date, whole: bool = False
) -> list[Letter]:
    """A letter for each officer whose programmes lack something, by name.

    What the year's review still needs, or, of the ``whole`` plan, the closing report.
    """
    found = []
    with translation.override(settings.LANGUAGE_CODE):
        for asked in readiness(plan, year, whole=whole).by_person(people_present(plan)):
            if asked.officer is None:
                continue
            context = {
                "officer": asked.officer,
                "gaps": asked.gaps,
                "plan": plan,
                "year": year,
                "whole": whole,
                "sender": sender,
                "today": today,
                "tasks_url": f"{settings.PORTAL_ADDRESS}{reverse('tasks')}",
            }
            subject = (
                _("%(plan)s: what the closing report still needs from you")
                if whole
                else _("%(plan)s: what the review of %(year)s still needs from you")
            )
            found.append(
                Letter(
                    to=asked.officer,
                    subject=subject % {"plan": plan.code, "year": year},
                    body=render_to_string("reports/mail/reminder.txt", context).strip() + "\n",
                    count=len(asked.gaps),
                )
            )
    return found


def can_send() -> bool:
    """Whether a mail server is set; without one the letters are shown to copy."""
    return bool(settings.EMAIL_HOST)


def send_letters(*, by: User, plan: Plan, year: int, today: date, whole: bool = False) -> Sent:
    """Send each officer their letter. One that fails does not stop the others."""
    require(by, Permission.PREPARE_REVIEW, plan.agency)
    found = letters(plan, year, sender=by, today=today, whole=whole)
    connection = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError):
        log.exception("the mail server cannot be reached")
        return Sent((), tuple(letter.to for letter in found))
    try:
        took = {letter.to: _send(letter, by, connection) for letter in found}
    finally:
        connection.close()
    return Sent(
        tuple(person for person, is_sent in took.items() if is_sent),
        tuple(person for person, is_sent in took.items() if not is_sent),
    )


def _send(letter: Letter, by: User, connection: BaseEmailBackend) -> bool:
    """Whether the mail server took it."""
    message = EmailMessage(
        letter.subject,
        letter.body,
        to=[letter.to.email],
        reply_to=[by.email],
        connection=connection,
    )
    try:
        message.send()
    except (SMTPException, OSError):
        log.exception("a letter could not be sent")
        return False
    return True
