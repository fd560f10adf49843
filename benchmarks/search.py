"""Latency of lists and searches at 10,000 and 100,000 products, beside SQLite FTS5 on the same data in the same run.

    PYTHONPATH=layers/domain python benchmarks/search.py [products …]

Read the ratios: the milliseconds are this machine's, of processor time, since it is shared. Both sides answer the same
question with a count and a page of twenty; SQLite has a b-tree for every filter and order, words in one FTS5 table
(unicode61) and insides of words in a second one (trigram), its data in memory. The index is in files, as it is in a
function. Below stand questions that SQLite has no answer to.
"""

# ruff: noqa: SIM905 (word lists are read more easily as text)
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from commerce.kit.pages import PageRequest
from commerce.search.model import IndexDocument, ProductSummary, SearchQuery
from commerce.search.tantivy_gateway import Engine

ROUNDS = 400
CATEGORIES = 60
NOUNS = (
    "phone smartphone headphones case cover charger cable laptop tablet camera tripod lamp shoe shirt jacket mug "
    "bottle watch speaker keyboard mouse monitor bag backpack chair desk"
).split()
ADJECTIVES = "pro max ultra mini classic wireless portable premium eco smart red blue black café vintage".split()
SYLLABLES = "ka lo mi ra ten vor si pol dex qui ban tro nel fu gar hi jo wex zu por".split()


def entries(count: int) -> Iterator[IndexDocument]:
    """Products whose words are distributed as words are: some everywhere, most nowhere; some prices are popular."""
    chance = random.Random(2026)
    vocabulary = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(8_000)]
    brands = ["".join(chance.choices(SYLLABLES, k=2)).title() for _ in range(300)]
    for number in range(1, count + 1):
        noun, brand, category = chance.choice(NOUNS), chance.choice(brands), chance.randint(1, CATEGORIES)
        model = f"{chance.choice('ABCDXZ')}{chance.randint(10, 9999)}"
        name = f"{brand} {noun.title()} {chance.choice(ADJECTIVES).title()} {chance.choice(vocabulary)} {model}"
        rare = [vocabulary[min(7_999, int(chance.paretovariate(0.45)))] for _ in range(chance.randint(30, 70))]
        description = " ".join([noun, *rare, chance.choice(NOUNS), chance.choice(ADJECTIVES)])
        summary = ProductSummary(
            id=40_000_000_000_000 + number * 37,
            name=name,
            slug=name.lower().replace(" ", "-"),
            short_description=description[:160],
            price_minor=chance.choice([999, 1999, 4999]) if chance.random() < 0.3 else chance.randint(100, 200_000),
            currency="USD",
            stock=chance.choice([0, 1, 5, 50, 100]),
            category_id=category,
            category_slug=f"category-{category}",
            category_name=f"Category {category}",
            brand=brand,
            tags=(chance.choice(ADJECTIVES), chance.choice(NOUNS)),
            seller_id=chance.randint(1, 500),
            image=f"products/{number}/1.webp",
            is_featured=chance.random() < 0.05,
            created_at=1_760_000_000_000 + number * 1000,
            updated_at=1_760_000_000_000 + number * 1000,
        )
        yield IndexDocument(summary, description)


@dataclass(frozen=True)
class Question:
    """The same question in both languages; `{n}` of the SQL and the category change from round to round."""

    name: str
    ours: Callable[[int], SearchQuery]
    matching: str
    order: str
    match: str = ""


@dataclass(frozen=True)
class Ours:
    """A question that the peer has no answer to."""

    name: str
    ours: Callable[[int], SearchQuery]


SELECTIVE = {"price_min": 50, "price_max": 500, "in_stock": True}
SELECTIVE_SQL = "price BETWEEN 5000 AND 50000 AND stock > 0"
FILTERED_SQL = f"category = {{n}} AND {SELECTIVE_SQL}"
WORDS = "p.id IN (SELECT rowid FROM words WHERE words MATCH :match)"
INSIDES = "p.id IN (SELECT rowid FROM insides WHERE insides MATCH :match)"
QUESTIONS = [
    Question("newest", lambda n: SearchQuery(), "1", "created DESC"),
    Question(
        "category, price, stock; newest",
        lambda n: SearchQuery(category=str(n), **SELECTIVE),
        FILTERED_SQL,
        "created DESC",
    ),
    Question(
        "category, price, stock; by price",
        lambda n: SearchQuery(category=str(n), ordering="price", **SELECTIVE),
        FILTERED_SQL,
        "price, p.id",
    ),
    Question(
        "price, stock; by -price",
        lambda n: SearchQuery(ordering="-price", **SELECTIVE),
        SELECTIVE_SQL,
        "price DESC, p.id DESC",
    ),
    Question("everything by price", lambda n: SearchQuery(ordering="price"), "1", "price, p.id"),
    Question("everything by name", lambda n: SearchQuery(ordering="name"), "1", "folded, p.id"),
    Question("page 250, newest", lambda n: SearchQuery(page=PageRequest(250, 20)), "1", "created DESC"),
    Question("inside: phone", lambda n: SearchQuery(text="phone"), INSIDES, "rank", '"phone"'),
    Question(
        "inside: martpho; category, price, stock",
        lambda n: SearchQuery(text="martpho", category=str(n), **SELECTIVE),
        f"{INSIDES} AND {FILTERED_SQL}",
        "rank",
        '"martpho"',
    ),
    Question("words: red phone case", lambda n: SearchQuery(text="red phone case"), WORDS, "rank", "red phone case"),
    Question(
        "words: phone pro; category, price, stock",
        lambda n: SearchQuery(text="phone pro", category=str(n), **SELECTIVE),
        f"{WORDS} AND {FILTERED_SQL}",
        "rank",
        "phone pro",
    ),
    Question("a rare word", lambda n: SearchQuery(text="kalo"), WORDS, "rank", "kalo"),
]
NATURAL = "something to keep my tea hot on a hike in winter"
BEYOND = [
    Ours(
        "phone; category, price, stock; facets", lambda n: SearchQuery(text="phone", category=str(n), with_facets=True)
    ),
    Ours("phone; facets of all its matches", lambda n: SearchQuery(text="phone", with_facets=True)),
    Ours("facets of everything", lambda n: SearchQuery(with_facets=True)),
    Ours("two misspelled words", lambda n: SearchQuery(text="smartphne blakc")),
    Ours("a synonym: handset", lambda n: SearchQuery(text="handset")),
    Ours("the beginning of a word: smartp", lambda n: SearchQuery(text="smartp")),
    Ours("meaning", lambda n: SearchQuery(text=NATURAL)),
    Ours("meaning; category, price, stock", lambda n: SearchQuery(text=NATURAL, category=str(n), **SELECTIVE)),
    Ours("no match", lambda n: SearchQuery(text="qxzzy")),
]
# In a process of its own: what an open index needs, and what the first question of meaning adds.
MEMORY = """
import sys
from pathlib import Path
from commerce.search.model import SearchQuery
held = lambda: int(Path("/proc/self/statm").read_text().split()[1]) * 4096 >> 20
from commerce.search.tantivy_gateway import Engine
start = held()
engine = Engine(Path(sys.argv[1]))
engine.find(SearchQuery(text="phone", with_facets=True))
words = held()
engine.find(SearchQuery(text="something to keep my tea hot"))
print(f"memory in MB: {start} at start, {words} with the index, {held()} with meaning")
"""


class Sqlite:
    """The peer."""

    def __init__(self, count: int) -> None:
        self._base = sqlite3.connect(":memory:")
        self._base.executescript("""
            CREATE TABLE products (id INTEGER PRIMARY KEY, category, price, stock, created, folded, card);
            CREATE VIRTUAL TABLE words USING fts5(name, head, description, tokenize="unicode61 remove_diacritics 2");
            CREATE VIRTUAL TABLE insides USING fts5(name, head, description, tokenize="trigram");
        """)
        for document in entries(count):
            summary = document.summary
            row = (
                summary.id,
                summary.category_id,
                summary.price_minor,
                summary.stock,
                summary.created_at,
                summary.name.lower(),
                repr(summary),
            )
            self._base.execute("INSERT INTO products VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            text = (
                summary.id,
                summary.name,
                f"{summary.brand} {' '.join(summary.tags)} {summary.category_name}",
                document.description,
            )
            for table in ("words", "insides"):
                self._base.execute(f"INSERT INTO {table} (rowid, name, head, description) VALUES (?, ?, ?, ?)", text)
        self._base.executescript("""
            CREATE INDEX by_category ON products (category, price);
            CREATE INDEX by_price ON products (price, id);
            CREATE INDEX by_created ON products (created);
            CREATE INDEX by_name ON products (folded, id);
            ANALYZE;
        """)

    def answer(self, question: Question, number: int) -> tuple[int, int]:
        matching = question.matching.format(n=number)
        table = "insides" if "insides" in matching else "words"
        parameters = {"match": question.match, "offset": 20 * 249 if "page" in question.name else 0}
        [[count]] = self._base.execute(f"SELECT count(*) FROM products p WHERE {matching}", parameters)
        source = "products p"
        if question.order == "rank":
            source = f"{table} JOIN products p ON p.id = {table}.rowid"
            matching = matching.replace(WORDS, "words MATCH :match").replace(INSIDES, "insides MATCH :match")
        page = f"SELECT card FROM {source} WHERE {matching} ORDER BY {question.order} LIMIT 20 OFFSET :offset"
        return count, len(self._base.execute(page, parameters).fetchall())


def timed(ask: Callable[[int], object], rounds: int) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds."""
    ask(1)
    spent = []
    for number in range(rounds):
        started = time.thread_time()
        ask(1 + number % CATEGORIES)
        spent.append((time.thread_time() - started) * 1000)
    spent.sort()
    return spent[rounds // 2], spent[int(rounds * 0.95)]


def report(count: int, directory: Path) -> None:
    started = time.perf_counter()
    Engine(directory).apply(entries(count), ())
    built = time.perf_counter() - started
    size = sum(path.stat().st_size for path in directory.iterdir())
    opened, _ = timed(lambda _: Engine(directory), 20)
    engine, peer = Engine(directory), Sqlite(count)
    print(f"\n{count:,} products: {size / count:.0f} bytes each, built in {built:.1f} s, opened in {opened:.2f} ms")
    print(f"{'':42}{'p50 ms':>9}{'p95 ms':>9}{'SQLite':>9}{'p95':>9}{'ratio':>8}{'found':>9}")
    for question in QUESTIONS:
        ours, our_tail = timed(lambda n, q=question: engine.find(q.ours(n)), ROUNDS)
        theirs, their_tail = timed(lambda n, q=question: peer.answer(q, n), ROUNDS // 20)
        found = engine.find(question.ours(1)).count
        print(
            f"{question.name:42}{ours:9.3f}{our_tail:9.3f}{theirs:9.2f}{their_tail:9.2f}{theirs / ours:7.1f}×{found:9,}"
        )
    for beyond in BEYOND:
        ours, our_tail = timed(lambda n, q=beyond: engine.find(q.ours(n)), ROUNDS // 4)
        print(f"{beyond.name:42}{ours:9.3f}{our_tail:9.3f}{'':26}{engine.find(beyond.ours(1)).count:9,}")
    print(subprocess.run([sys.executable, "-c", MEMORY, directory], check=True, capture_output=True, text=True).stdout)
    held = list(entries(min(count, 2_000)))
    sales = (
        [
            IndexDocument(ProductSummary(**{**vars(document.summary), "stock": 10**6 + round_}), document.description)
            for document in held[:10]
        ]
        for round_ in range(ROUNDS)
    )
    commit, commit_tail = timed(lambda _: engine.apply(next(sales), ()), 40)
    print(f"{'ten products changed and committed':42}{commit:9.1f}{commit_tail:9.1f}")


if __name__ == "__main__":
    for count in [int(argument) for argument in sys.argv[1:]] or [10_000, 100_000]:
        with tempfile.TemporaryDirectory() as directory:
            report(count, Path(directory))
