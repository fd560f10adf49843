"""Who the demo shop knows. Passwords of a machine that nobody else reaches; in AWS none of these exist."""

from typing import NamedTuple


class Person(NamedTuple):
    """An account of the demo shop."""

    email: str
    password: str
    username: str
    first_name: str
    last_name: str


BUYER = Person("buyer@example.com", "citron-kettle-47", "nadia", "Nadia", "Okafor")
SELLERS = (
    Person("workshop@example.com", "gasket-orbit-19", "pistonandco", "Tomás", "Reyes"),
    Person("circuit@example.com", "velvet-diode-83", "circuitcorner", "Mei", "Tanaka"),
    Person("foliant@example.com", "margin-lantern-56", "foliant", "Ingrid", "Solberg"),
)
CUSTOMER = Person("customer@example.com", "walnut-ferry-62", "kwame", "Kwame", "Asante")
# Where the first seller is paid: Stripe's sandbox knows every connected account.
STRIPE_ACCOUNT = "acct_1PgafTB7WZ01zgkW"
ADMIN = Person("admin@example.com", "harbour-ledger-72", "operator", "Amara", "Diallo")
