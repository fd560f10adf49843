"""The lists of sellers as the outbox leaves them: tests have no stream that would call it."""

from commerce.kit.tables import Table
from commerce.orders.outbox import listed_parts
from commerce.orders.store import OrderStore


def listed_for_sellers(*order_ids: int) -> None:
    """Bring the lists of the orders' sellers to where their parts stand now."""
    table = Table("Orders")
    for order_id in order_ids:
        for part in listed_parts(None, table.get(f"ORDER#{order_id}", "ORDER")):
            OrderStore(table).list_part(part)
