"""What of a product goes into which field of the engine (tantivy), and how its summary is stored and read again."""

import hashlib
import json

import tantivy

from commerce.kit.money import thousandths
from commerce.search import tokenizer
from commerce.search.model import IndexDocument, ProductSummary

# Part of every manifest: raise it with any change of the fields, of a summary, or of what counts as a word.
SCHEMA = 4
# The fields whose words are matched whole, in stems: a product's name; its brand, category and tags; its description.
WORDS = ("name", "head", "body")
_NAME_KEY_CHARACTERS = 60
_TAGS = list(ProductSummary.__dataclass_fields__).index("tags")


def schema() -> tantivy.Schema:
    """The fields. `spelled` has words as they are written, the `endings` fields every ending of them."""
    builder = tantivy.SchemaBuilder()
    for number in ("id", "category_id", "seller_id", "featured", "on_sale"):
        builder.add_integer_field(number, indexed=True, fast=number == "id")
    for sortable in ("created_at", "price", "stock", "view_count", "favorite_count", "average_rating"):
        builder.add_integer_field(sortable, fast=True)
    for summed in ("review_count", "rating_sum"):
        builder.add_integer_field(summed, fast=True)
    for word in ("brand", "tag"):
        builder.add_text_field(word, tokenizer_name="raw", index_option="basic")
    for counted in ("category_slug", "condition", "brand_label", "name_key"):
        builder.add_text_field(counted, fast=True, tokenizer_name="raw", index_option="basic")
    for words in WORDS:
        builder.add_text_field(words, tokenizer_name="whitespace", index_option="freq")
    for spelled in ("spelled", "name_endings", "endings"):
        builder.add_text_field(spelled, tokenizer_name="whitespace", index_option="basic")
    builder.add_bytes_field("card", stored=True)
    return builder.build()


def engine_document(source: IndexDocument, payload: bytes) -> tantivy.Document:
    """The document that the engine is given; `payload` is what it stores."""
    summary = source.summary
    name = tokenizer.indexed(summary.name)
    head = tokenizer.indexed(" ".join([summary.brand, summary.category_name, *summary.tags]))
    described = tokenizer.indexed(source.description)
    spelled = list(dict.fromkeys(name + head))
    document = tantivy.Document()
    for number, value in _numbers(summary).items():
        document.add_integer(number, value)
    document.add_text("name", _stems(name))
    document.add_text("head", _stems(head))
    document.add_text("body", _stems(described))
    document.add_text("spelled", " ".join(spelled))
    document.add_text("name_endings", " ".join(tokenizer.suffixes(name)))
    document.add_text("endings", " ".join(dict.fromkeys(tokenizer.suffixes(spelled) + described)))
    document.add_text("brand", word(summary.brand))
    if summary.brand.strip():
        document.add_text("brand_label", storable(summary.brand.strip()))
    document.add_text("condition", word(summary.condition))
    for tag in summary.tags:
        document.add_text("tag", word(tag))
    for slug in dict.fromkeys([*source.category_path, summary.category_slug]):
        document.add_text("category_slug", storable(slug.casefold()))
    # The id makes the key unique; the separator sorts before every letter, so a name stands before its continuations.
    document.add_text(
        "name_key", f"{' '.join(tokenizer.split(summary.name))[:_NAME_KEY_CHARACTERS]}\x01{summary.id:016d}"
    )
    document.add_bytes("card", payload)
    return document


def _numbers(summary: ProductSummary) -> dict[str, int]:
    return {
        "id": summary.id,
        "category_id": summary.category_id,
        "seller_id": summary.seller_id,
        "featured": int(summary.is_featured),
        "on_sale": int(summary.original_price_minor > summary.price_minor),
        "created_at": summary.created_at,
        "price": thousandths(summary.price_minor, summary.currency),
        "stock": summary.stock,
        "view_count": summary.view_count,
        "favorite_count": summary.favorite_count,
        "average_rating": summary.rating_micros,
        "review_count": summary.review_count,
        "rating_sum": summary.rating_sum,
    }


def payload_of(document: IndexDocument) -> bytes:
    """The summary as stored, closed by a digest of what is searched but not shown: equal payloads, equal documents."""
    unseen = repr((document.description, document.category_path))
    digest = hashlib.blake2b(unseen.encode(), digest_size=8).hexdigest()
    return json.dumps([*vars(document.summary).values(), digest], separators=(",", ":")).encode()


def summary_of(payload: bytes) -> ProductSummary:
    """The summary in what is stored."""
    fields = json.loads(payload.decode())
    fields[_TAGS] = tuple(fields[_TAGS])
    return ProductSummary(*fields[:-1])


def text_of(document: IndexDocument) -> str:
    """What a product's meaning is taken from, the most telling first."""
    summary = document.summary
    head = " ".join([summary.name, summary.brand, summary.category_name, *summary.tags])
    return tokenizer.fold(f"{head} {document.description}")


def has_same_text(payload: bytes, other: bytes) -> bool:
    """Whether the documents of two payloads have the same text; other values may differ."""

    def text(stored: bytes) -> tuple[object, ...]:
        summary = summary_of(stored)
        digest = json.loads(stored.decode())[-1]
        return summary.name, summary.brand, summary.category_name, summary.tags, digest

    return text(payload) == text(other)


def word(written: str) -> str:
    """A word that is asked for as a whole: without case, accents, and blanks around it."""
    return storable(tokenizer.fold(written).strip())


def storable(text: str) -> str:
    """Without lone surrogates, which JSON can carry and UTF-8 cannot, and within what the engine takes as a term."""
    return text[:200].encode("utf-8", "replace").decode()


def _stems(words: list[str]) -> str:
    return " ".join(dict.fromkeys(map(tokenizer.stem, words)))
