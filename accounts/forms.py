"""The sign-in package's forms, in the portal's words."""

from typing import Any

from allauth.account import forms as package
from django.utils.translation import gettext_lazy

PASSWORD_LABELS = {
    "oldpassword": gettext_lazy("Current password"),
    "password1": gettext_lazy("New password"),
    "password2": gettext_lazy("New password (again)"),
}


class InPortalWords:
    """Labels in sentence case, as everywhere; the package writes titles, in placeholders too."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = PASSWORD_LABELS[name]
            field.widget.attrs.pop("placeholder", None)


class ChangePasswordForm(InPortalWords, package.ChangePasswordForm):  # type: ignore[misc]  # untyped
    """Old password, and the new one twice."""


class ResetPasswordKeyForm(InPortalWords, package.ResetPasswordKeyForm):  # type: ignore[misc]  # untyped
    """A new password twice, after following a link."""
