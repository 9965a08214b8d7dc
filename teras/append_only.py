"""Records that are added and never changed: what has been said stays said.

The model refuses here with a clear sentence; the database refuses too, by the rules in each app's
``database_rules``. Sample rows alone can be removed, so that a demonstration can be cleared.
"""

from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.db import models
from django.utils.translation import gettext as _

RecordT = TypeVar("RecordT", bound=models.Model)


class RecordIsFrozen(Exception):
    """Somebody tried to change or delete a record that must stay as it is."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__(
            _("%(record)s: this record cannot be changed or deleted.")
            % {"record": model._meta.verbose_name}
        )


class AppendOnlyQuerySet(models.QuerySet[RecordT, RecordT]):
    def update(self, **kwargs: object) -> NoReturn:
        raise RecordIsFrozen(self.model)

    def bulk_update(self, *args: object, **kwargs: object) -> NoReturn:
        raise RecordIsFrozen(self.model)

    def delete(self) -> NoReturn:
        raise RecordIsFrozen(self.model)

    def remove_sample(self) -> int:
        """Delete the sample rows of this set, and say how many; the database refuses any other."""
        return self._raw_delete(self.db)


class AppendOnly(models.Model):
    """A model whose rows are inserted once and never updated or deleted."""

    objects: ClassVar["models.Manager[Self]"] = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise RecordIsFrozen(type(self))
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        raise RecordIsFrozen(type(self))
