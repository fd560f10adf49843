"""Request bodies as pydantic models, and their refusals in the words that clients of Django REST Framework know.

The only module that imports pydantic; a group without bodies does not import it.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import core_schema

from commerce.accounts.model import PHONE, is_phone
from commerce.kit.errors import InvalidInput

NOT_VALID = "This value is not valid."


class Body(BaseModel):
    """Base of accepted bodies: strict types (a text is no number, `true` is no 1), unknown fields ignored
    (docs/contracts: unknown-fields)."""

    model_config = ConfigDict(strict=True, extra="ignore", str_strip_whitespace=False, arbitrary_types_allowed=False)

    @classmethod
    def read(cls, value: Any) -> Self:
        """The validated body. Raises InvalidInput with messages by field."""
        if not isinstance(value, dict):
            raise InvalidInput.of("non_field_errors", "Invalid data. Expected a dictionary.")
        try:
            return cls.model_validate(value)
        except ValidationError as refusal:
            raise InvalidInput(_messages(refusal, cls)) from None

    @classmethod
    def read_query(cls, values: Mapping[str, str]) -> Self:
        """The same out of a query, where everything is text. Raises InvalidInput with messages by field."""
        try:
            return cls.model_validate_strings(dict(values))
        except ValidationError as refusal:
            raise InvalidInput(_messages(refusal, cls)) from None


@dataclass(frozen=True, eq=False)
class Rule:
    """What a field must satisfy beyond its type: `check` answers the value and raises ValueError with the client's
    message, `schema` says the same in JSON Schema. Stands in an Annotated type, after its Field."""

    check: Callable[[str], str]
    schema: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return {**handler(schema), **self.schema}


def one_of(words: Iterable[str]) -> Rule:
    """One of some words."""
    known = [str(word) for word in words]

    def check(written: str) -> str:
        if written not in known:
            raise ValueError(f"Choose one of {', '.join(known)}.")
        return written

    return Rule(check, {"enum": known})


@dataclass(frozen=True, eq=False)
class Reading:
    """A field that may also be written as text, as forms do: `read` answers what a text means, or the text itself when
    it means nothing, which is then refused as the field's type says. `schema` is that of the text. Stands last in an
    Annotated type."""

    read: Callable[[str], Any]
    schema: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        def reading(value: Any) -> Any:
            return self.read(value) if isinstance(value, str) else value

        return core_schema.no_info_before_validator_function(reading, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return {"anyOf": [handler(schema), {"type": "string", **self.schema}]}


def _filled(written: str) -> str:
    if not written.strip():
        raise ValueError("This field may not be blank.")
    return written.strip()


def _phone_number(written: str) -> str:
    if not is_phone(written):
        raise ValueError("Enter a valid phone number.")
    return written


# A text that says something; the blanks around it are taken off.
FILLED = Rule(_filled, {"minLength": 1, "pattern": r"\S"})
PHONE_NUMBER = Rule(_phone_number, {"pattern": f"^{PHONE.pattern}$"})


_FLAGS = {"true": True, "1": True, "on": True, "yes": True, "false": False, "0": False, "off": False, "no": False}


def _flag(written: str) -> Any:
    return _FLAGS.get(written.strip().lower(), written)


def _whole(written: str) -> Any:
    digits = written.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 16 else written


def _words(written: str) -> Any:
    if written.strip().startswith("["):
        try:
            return json.loads(written)
        except ValueError:
            return written
    return [word.strip() for word in written.split(",") if word.strip()]


FLAG_OR_TEXT = Reading(_flag, {"enum": list(_FLAGS)})
WHOLE_OR_TEXT = Reading(_whole, {"pattern": r"^[0-9]{1,16}$"})
# A JSON array, or words separated by commas.
WORDS_OR_TEXT = Reading(_words, {})


def _messages(refusal: ValidationError, body: type[Body]) -> dict[str, list[str]]:
    """Our messages by field, each once; a field that could be one of several types is simply not valid. A field within
    a field has both names: `shipping_address.city`."""
    fields: dict[str, list[str]] = {}
    for error in refusal.errors(include_url=False, include_input=False):
        name = _field(error["loc"], body)
        message = _message(error)
        if message not in fields.setdefault(name, []):
            fields[name].append(message)
    return {name: messages if len(messages) == 1 else [NOT_VALID] for name, messages in fields.items()}


def _field(place: tuple[int | str, ...], body: type[Body]) -> str:
    if not place:
        return "non_field_errors"
    known = body.model_fields.get(str(place[0]))
    is_nested = known is not None and any(
        isinstance(kind, type) and issubclass(kind, Body) for kind in (known.annotation, *get_args(known.annotation))
    )
    return ".".join(map(str, place[:2] if is_nested else place[:1]))


def _message(error: Any) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return "This field is required."
        case "string_type":
            return "Not a valid string."
        case "int_type" | "int_parsing" | "int_from_float":
            return "A valid integer is required."
        case "bool_type" | "bool_parsing":
            return "Must be a valid boolean."
        case "list_type":
            return "Expected a list of items."
        case "dict_type" | "model_type":
            return "Expected an object."
        case "string_too_short":
            if context["min_length"] == 1:
                return "This field may not be blank."
            return f"Ensure this field has at least {context['min_length']} characters."
        case "string_too_long":
            return f"Ensure this field has no more than {context['max_length']} characters."
        case "greater_than_equal":
            return f"Ensure this value is greater than or equal to {context['ge']}."
        case "less_than_equal":
            return f"Ensure this value is less than or equal to {context['le']}."
        case "value_error":
            return str(context["error"])
        case "too_short":
            return f"Ensure this list has at least {context['min_length']} items."
        case "too_long":
            return f"Ensure this list has no more than {context['max_length']} items."
        case "greater_than":
            return f"Ensure this value is greater than {context['gt']}."
        case "less_than":
            return f"Ensure this value is less than {context['lt']}."
        case _:
            return NOT_VALID
