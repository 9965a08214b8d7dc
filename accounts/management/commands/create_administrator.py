"""Adds the first administrator: asked for in the terminal, or taken from the environment."""

import getpass
import os
import sys
from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.utils import translation

from accounts.actions import SomebodyIsHere, create_first_administrator
from accounts.models import Agency, User


class Command(BaseCommand):
    help = (
        "Add the first administrator of an agency, while nobody but sample people is there. Asks in"
        " the terminal; PSICT_ADMIN_EMAIL, PSICT_ADMIN_PASSWORD and PSICT_ADMIN_NAME answer for it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--agency", help="the agency's address; needed where there are several")
        parser.add_argument(
            "--if-none", action="store_true", help="do nothing where somebody is there already"
        )

    def handle(self, *, agency: str | None, if_none: bool, **options: object) -> None:
        if User.objects.filter(is_sample=False).exists():
            if if_none:
                return
            raise CommandError(
                "There are people already; an administrator adds others in the portal."
            )
        with translation.override("en"):
            self.add(self.agency_at(agency))

    def agency_at(self, address: str | None) -> Agency:
        agencies = list(Agency.objects.all())
        if address:
            agencies = [agency for agency in agencies if agency.slug == address]
        if len(agencies) == 1:
            return agencies[0]
        known = ", ".join(Agency.objects.values_list("slug", flat=True))
        raise CommandError(
            f"Say which agency: --agency with one of {known}."
            if known
            else "There is no agency yet. Load a plan first: manage.py load_plan FILE"
        )

    def add(self, agency: Agency) -> None:
        email = os.environ.get("PSICT_ADMIN_EMAIL", "").strip()
        password = os.environ.get("PSICT_ADMIN_PASSWORD", "")
        if email and password:
            try:
                self.create(agency, email, os.environ.get("PSICT_ADMIN_NAME", email), password)
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from None
            return
        if email or password or not sys.stdin.isatty():
            raise CommandError(
                "An administrator is needed. Answer in a terminal, or set both PSICT_ADMIN_EMAIL"
                " and PSICT_ADMIN_PASSWORD."
            )
        self.ask(agency)

    def ask(self, agency: Agency) -> None:
        self.stdout.write(f"The first administrator of {agency.name}:")
        while True:
            try:
                email = input("E-mail: ").strip()
                name = input("Full name: ").strip()
                password = getpass.getpass("Password (12 characters or more): ")
                again = getpass.getpass("The same again: ")
            except EOFError:
                raise CommandError("Nothing was added.") from None
            if password != again:
                self.stderr.write("The two passwords differ. Once more:")
                continue
            try:
                self.create(agency, email, name, password)
            except ValidationError as error:
                self.stderr.write("\n".join([*error.messages, "Once more:"]))
            else:
                return

    def create(self, agency: Agency, email: str, name: str, password: str) -> None:
        try:
            person = create_first_administrator(
                email=email, full_name=name, password=password, agency=agency
            )
        except SomebodyIsHere:
            raise CommandError("Somebody else was added meanwhile.") from None
        self.stdout.write(f"{person.email} is the administrator of {agency.short_name}.")
