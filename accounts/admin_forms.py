"""Forms that change things in the admin: they ask why, and show what an action refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy

ModelT = TypeVar("ModelT", bound=models.Model)
ParentT = TypeVar("ParentT", bound=models.Model)

if TYPE_CHECKING:

    class ReasonModelForm(forms.ModelForm[ModelT]): ...

    class PartFormSet(forms.BaseInlineFormSet[ModelT, ParentT, forms.ModelForm[ModelT]]): ...

else:
    # Django's own classes take no type parameters at run time.
    class Subscriptable:
        def __class_getitem__(cls, _parameters: object) -> type:
            return cls

    class ReasonModelForm(Subscriptable, forms.ModelForm):
        pass

    class PartFormSet(Subscriptable, forms.BaseInlineFormSet):
        pass


REASON = "change_reason"


class ReasonForm(ReasonModelForm[ModelT]):
    """A form that asks why; the answer goes into the history of what is saved."""

    change_reason = forms.CharField(
        label=gettext_lazy("Reason for the change"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("Kept in the history, beside your name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if REASON in self.fields:
            self.fields[REASON].required = not self.instance._state.adding
            if self.instance._state.adding:
                self.fields[REASON].label = gettext("Reason (optional)")

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name != REASON]


class _TriedOut(Exception):
    pass


def try_out(action: Callable[[], object]) -> ValidationError | None:
    """What the action would refuse; done and undone at once, so that nothing of it remains."""
    try:
        with transaction.atomic():
            action()
            raise _TriedOut  # noqa: TRY301 -- the way out of the transaction
    except _TriedOut:
        return None
    except PermissionDenied as error:
        return ValidationError(str(error) or gettext("Your role does not cover this."))
    except ValidationError as error:
        return error


def take_refusal(form: forms.BaseForm, refusal: ValidationError | None) -> None:
    """Show an action's refusal in the form: by field, and above it what belongs to no field."""
    if refusal is None:
        return
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, found in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, found)
