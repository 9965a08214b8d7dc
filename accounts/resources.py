"""What every import and export of the admin shares: its files, its columns, its way with errors.

An import runs the very same forms and actions as the pages do, once to show what would happen and
once, when confirmed, for good. A single row that is refused means that nothing is imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

import tablib
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm, ImportForm
from import_export.resources import ModelResource
from import_export.results import RowResult
from import_export.tmp_storages import CacheStorage

from accounts.admin_access import AgencyAdmin, person
from accounts.admin_forms import ModelT
from accounts.import_files import CSV, MAX_BYTES, XLSX
from accounts.models import User
from accounts.permissions import Permission

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# What a spreadsheet would take for the start of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def defuse(value: object) -> object:
    """The value, so that no spreadsheet program runs it as a formula.

    import-export's own setting takes an opening "=" away, and leaves "+", "-" and "@": it changes
    what people wrote and misses most. An apostrophe, which spreadsheets understand as "text",
    changes nothing and is taken off again by ``fuse``.
    """
    if isinstance(value, str) and value.startswith(FORMULA_STARTS) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def fuse(value: str) -> str:
    """The text as it was before ``defuse``."""
    return value[1:] if value[:1] == "'" and value[1:].startswith(FORMULA_STARTS) else value


def as_text(value: object) -> str:
    """A cell as somebody would type it: workbooks hold dates and numbers as such."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return fuse(str(value).strip())


@dataclass(frozen=True)
class Taken:
    """What became of a row: the object, whether it is new, and what changed of it."""

    instance: models.Model
    is_new: bool
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """As import-export's pages ask for a field."""

    column_name: str


class PortalResource(ModelResource):  # type: ignore[misc]  # it carries no types
    """Rows of a file, each taken by ``take`` or refused with a reason by column."""

    columns: ClassVar[dict[str, StrPromise]]
    required_columns: ClassVar[tuple[str, ...]]

    def __init__(self, *, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.user = user

    # Out

    def cells(self, obj: Any) -> Mapping[str, object]:
        """The value of every column for one object."""
        raise NotImplementedError

    def export(self, queryset: Any = None, **kwargs: Any) -> tablib.Dataset:
        title = capfirst(str(self._meta.model._meta.verbose_name_plural))
        dataset = tablib.Dataset(headers=self.get_export_headers(), title=title[:31])
        for obj in queryset:
            cells = self.cells(obj)
            dataset.append([defuse(_cell(cells.get(code))) for code in self.columns])
        return dataset

    def get_export_headers(self, selected_fields: object = None) -> list[str]:
        return [capfirst(str(label)) for label in self.columns.values()]

    def get_diff_headers(self) -> list[str]:
        return self.get_export_headers()

    def get_user_visible_fields(self) -> list[Column]:
        return [Column(header) for header in self.get_export_headers()]

    # In

    def take(self, row: Mapping[str, str], file_name: str) -> Taken:
        """Do what the row says, by the same action as a page; raise ``ValidationError``."""
        raise NotImplementedError

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Know the columns by their heading in any of the portal's languages, or by their code."""
        known = self._headings()
        headers = [known.get(_folded(header), "") for header in dataset.headers or []]
        missing = [code for code in self.required_columns if code not in headers]
        if missing:
            names = ", ".join(capfirst(str(self.columns[code])) for code in missing)
            raise ValidationError(
                gettext("The file lacks these columns: %(names)s.") % {"names": names}
            )
        unknown = [
            str(header)
            for header, code in zip(dataset.headers or [], headers, strict=True)
            if header and not code
        ]
        if unknown:
            raise ValidationError(
                gettext("These columns are not known: %(names)s.") % {"names": ", ".join(unknown)}
            )
        dataset.headers = headers

    def _headings(self) -> dict[str, str]:
        found = {code: code for code in self.columns}
        for language in ("ms", "en"):
            with translation.override(language):
                found |= {_folded(label): code for code, label in self.columns.items()}
        return found

    def import_row(self, row: Mapping[str, object], instance_loader: object, **kwargs: Any) -> Any:
        result = RowResult()
        texts = {code: as_text(row.get(code)) for code in self.columns if code in row}
        result.row_values = texts
        # Of columns that are missing the whole file was told already.
        if not any(texts.values()) or not texts.keys() >= set(self.required_columns):
            result.import_type = RowResult.IMPORT_TYPE_SKIP
            result.diff = ["" for _code in self.columns]
            return result
        try:
            with transaction.atomic():
                taken = self.take(texts, kwargs.get("file_name") or "")
        except ValidationError as error:
            result.import_type = RowResult.IMPORT_TYPE_INVALID
            result.validation_error = self._by_column(error)
        except PermissionDenied as error:
            result.import_type = RowResult.IMPORT_TYPE_INVALID
            words = str(error) or gettext("Your role does not cover this.")
            result.validation_error = ValidationError(words)
        else:
            if taken.is_new:
                result.import_type = RowResult.IMPORT_TYPE_NEW
            elif taken.changes:
                result.import_type = RowResult.IMPORT_TYPE_UPDATE
            else:
                result.import_type = RowResult.IMPORT_TYPE_SKIP
            result.diff = [
                _change(taken.changes.get(code), texts.get(code, "")) for code in self.columns
            ]
        return result

    def _by_column(self, error: ValidationError) -> ValidationError:
        """The errors under the headings of the file, what fits none under none."""
        if not hasattr(error, "error_dict"):
            return error
        named: dict[str, list[str]] = {}
        for code, found in error.message_dict.items():
            label = capfirst(str(self.columns[code])) if code in self.columns else "__all__"
            named.setdefault(label, []).extend(found)
        return ValidationError(named)


def refusals(form: forms.BaseForm) -> ValidationError:
    """A form's errors as one exception, by field."""
    return ValidationError({name: list(found) for name, found in form.errors.items()})


def _folded(header: object) -> str:
    return " ".join(str(header or "").split()).casefold()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        # Workbooks know no time zones; this is the portal's.
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    if isinstance(value, date | int | float | Decimal) or value is None:
        return value
    return str(value)


def _change(change: tuple[str, str] | None, text: str) -> str | SafeString:
    if change is None:
        return text
    return format_html("<del>{}</del> <ins>{}</ins>", *change)


def _name_formats(form: forms.Form) -> None:
    """The workbook first, and chosen; each by the name people know."""
    known = [("0", gettext("Excel workbook (xlsx)")), ("1", gettext("Text with commas (csv)"))]
    form.fields["format"].choices = known  # type: ignore[attr-defined]
    form.fields["format"].initial = "0"


class PortalExportForm(ExportForm):  # type: ignore[misc]  # it carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_formats(self)


class PortalImportForm(ImportForm):  # type: ignore[misc]  # it carries no types
    # The ending of the name says what the file is, with a script or without.
    media = forms.Media()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_formats(self)

    def clean_format(self) -> str:
        sent = self.cleaned_data.get("import_file")
        ending = sent.name.rpartition(".")[2].lower() if sent else ""
        return {"xlsx": "0", "csv": "1"}.get(ending) or str(self.cleaned_data["format"])

    def clean_import_file(self) -> Any:
        sent = self.cleaned_data["import_file"]
        if sent.size > MAX_BYTES:
            raise ValidationError(
                gettext("The file is larger than %(limit)d MB.") % {"limit": MAX_BYTES // 2**20}
            )
        return sent


if TYPE_CHECKING:

    class _ImportExport(AgencyAdmin[ModelT]): ...

else:

    class _ImportExport(ImportExportMixin):
        def __class_getitem__(cls, _parameters: object) -> type:
            return cls


class ImportExportAdmin(_ImportExport[ModelT]):
    """Export for whoever may see the list, import for those with ``may_import``; put first."""

    may_import: ClassVar[Permission]
    formats: ClassVar[list[type]] = [XLSX, CSV]
    import_formats = formats
    export_formats = formats
    to_encoding = "utf-8-sig"
    # History and the records themselves say what was imported, by whom and from which file.
    skip_admin_log = True
    tmp_storage_class = CacheStorage
    import_form_class = PortalImportForm
    export_form_class = PortalExportForm

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.may(request, self.may_import)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_resource_kwargs(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        return {"user": person(request)}

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {"rollback_on_validation_errors": True}

    def add_data_read_fail_error_to_form(self, form: forms.Form, error: Exception) -> None:
        """In our own words where we know what is wrong, else in the package's."""
        if isinstance(error, ValidationError):
            form.add_error("import_file", error)
        else:
            super().add_data_read_fail_error_to_form(form, error)  # type: ignore[misc]

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Any) -> str:
        name = str(self.opts.verbose_name_plural).replace(" ", "-").lower()
        safe = re.sub(r"[^a-z0-9-]", "", name)
        return f"{safe}.{file_format.get_extension()}"

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Import for good. A file confirmed already, or a day old, is no longer held."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        held = CacheStorage(name=request.POST.get("import_file_name", ""))
        if request.method == "POST" and held.name and held.read() is None:
            messages.warning(request, gettext("The file is no longer held. Choose it again."))
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_import")
        return super().process_import(request, **kwargs)  # type: ignore[misc, no-any-return]

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        """Say what came in, or that nothing did: things may change between preview and word."""
        if result.has_errors() or result.has_validation_errors():
            messages.error(
                request,
                gettext("Nothing was imported: the data changed since the preview. Start again."),
            )
        return super().process_result(result, request)  # type: ignore[misc, no-any-return]

    def add_success_message(self, result: Any, request: HttpRequest) -> None:
        if result.has_errors() or result.has_validation_errors():
            return
        totals: Iterable[tuple[str, int]] = (
            (gettext("new"), result.totals[RowResult.IMPORT_TYPE_NEW]),
            (gettext("changed"), result.totals[RowResult.IMPORT_TYPE_UPDATE]),
            (gettext("unchanged"), result.totals[RowResult.IMPORT_TYPE_SKIP]),
        )
        count = sum(number for _word, number in totals)
        words = ", ".join(f"{number} {word}" for word, number in totals)
        messages.success(
            request,
            ngettext(
                "Imported %(count)d row: %(words)s.", "Imported %(count)d rows: %(words)s.", count
            )
            % {"count": count, "words": words},
        )
