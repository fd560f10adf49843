"""JSON Schema of the types that answers are written in: TypedDicts of plain values.

Bodies that clients send are pydantic models, which describe themselves; both kinds end up under one name each in
`components/schemas`.
"""

import types
from collections.abc import Iterable
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

Schema = dict[str, Any]

_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
}


class Schemas:
    """The named schemas of one document. Two classes of one name are told apart by the group that they belong to."""

    def __init__(self, classes: Iterable[type]) -> None:
        self._named: dict[str, type] = {}
        found = list(dict.fromkeys(inner for cls in classes for inner in _nested(cls)))
        for cls in found:
            is_alone = sum(other.__name__ == cls.__name__ for other in found) == 1
            name = cls.__name__ if is_alone else f"{_group(cls).capitalize()}{cls.__name__}"
            if name in self._named:
                raise TypeError(f"two schemas are called {name}")
            self._named[name] = cls

    def components(self) -> dict[str, Schema]:
        """All schemas by name, sorted."""
        return {name: self._described(cls) for name, cls in sorted(self._named.items())}

    def of(self, hint: Any) -> Schema:
        """The schema of a type as it stands in an annotation. Raises TypeError for what no answer is made of."""
        if hint in _PLAIN:
            return dict(_PLAIN[hint])
        if isinstance(hint, type) and hint in self._named.values():
            return {"$ref": f"#/components/schemas/{self._name_of(hint)}"}
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in (list, tuple):
            return {"type": "array", "items": self.of(arguments[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.of(argument) for argument in arguments]}
        if origin in (Required, NotRequired):
            return self.of(arguments[0])
        raise TypeError(f"{hint!r} cannot be described")

    def _name_of(self, cls: type) -> str:
        return next(name for name, named in self._named.items() if named is cls)

    def _described(self, cls: type) -> Schema:
        if is_typeddict(cls):
            properties = {name: self.of(hint) for name, hint in get_type_hints(cls, include_extras=True).items()}
            required = [name for name in properties if name in cls.__required_keys__]  # type: ignore[attr-defined]
            return {"type": "object", "properties": properties} | ({"required": required} if required else {})
        schema: Schema = cls.model_json_schema(ref_template="#/components/schemas/{model}")  # type: ignore[attr-defined]
        if not schema.pop("$defs", {}).keys() <= self._named.keys():
            raise TypeError(f"a model inside {cls.__name__} shares its name with another schema")
        schema.pop("description", None)
        described: Schema = _untitled(schema)
        return described


def _nested(hint: Any, above: tuple[Any, ...] = ()) -> Iterable[type]:
    """The TypedDicts and models in an annotation, itself among them. One may hold itself, as a tree does."""
    if hint in above:
        return
    within = (*above, hint)
    if is_typeddict(hint):
        yield hint
        for inner in get_type_hints(hint, include_extras=True).values():
            yield from _nested(inner, within)
    elif hasattr(hint, "model_json_schema"):
        yield hint
        for field in hint.model_fields.values():
            yield from _nested(field.annotation, within)
    else:
        for inner in get_args(hint):
            yield from _nested(inner, within)


def _group(cls: type) -> str:
    """`carts` of storefront.carts.shapes."""
    return cls.__module__.split(".")[-2]


def _untitled(schema: Any) -> Any:
    """Without pydantic's titles, which only repeat each field's name."""
    if isinstance(schema, dict):
        kept = {name: _untitled(value) for name, value in schema.items() if name != "properties"}
        if isinstance(kept.get("title"), str):
            del kept["title"]
        if "properties" in schema:
            kept["properties"] = {name: _untitled(value) for name, value in schema["properties"].items()}
        return kept
    return [_untitled(entry) for entry in schema] if isinstance(schema, list) else schema
