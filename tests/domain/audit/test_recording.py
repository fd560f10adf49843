"""What staff does is recorded by the services that do it, whoever calls them; what others do is not."""

from typing import Any

import pytest

from commerce.accounts.service import accounts
from commerce.audit.model import AuditRecord
from commerce.audit.service import audit
from commerce.catalog.categories import category_editor
from commerce.catalog.changes import ProductChange
from commerce.catalog.model import NewProduct
from commerce.catalog.service import catalog
from commerce.kit import money
from commerce.kit.errors import Forbidden
from commerce.orders.status import Status
from commerce.payments.service import payments
from support.builders import Person, a_category, a_person, a_product, an_order

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def staff() -> Person:
    return a_person(is_staff=True)


def recorded(staff: Person) -> list[tuple[str, str, dict[str, Any]]]:
    """What staff did, the first first."""
    found: list[AuditRecord] = audit().newest(staff.principal, 100)
    assert {record.actor_id for record in found} <= {staff.id}
    return [(record.action, record.object_id, dict(record.values)) for record in reversed(found)]


def test_every_changing_use_case_of_staff_is_recorded(staff: Person) -> None:
    product, buyer = a_product(), a_person()
    a_category("Books")
    order, other = an_order(buyer, (product, 1)), an_order(buyer, (product, 1))
    made = catalog().create(staff.principal, NewProduct("Atlas", 2_500, 3, "books")).value
    catalog().change(staff.principal, product.id, ProductChange(price_minor=money.Written("1.50"), stock=7))
    garden = catalog().add_category(staff.principal, "Garden")
    category_editor().change(staff.principal, "books", None, "To read")
    payments().settlement.confirm(staff.principal, order.id)
    payments().refunds.refund(staff.principal, order.id, money.Written("0.50"), "scratched")
    payments().move(staff.principal, other.id, Status.CANCELLED, product.seller_id)
    accounts().manage(staff.principal, buyer.id, is_active=False)
    assert recorded(staff) == [
        ("product.added", str(made.id), {"name": "Atlas", "price_minor": 2_500, "stock": 3}),
        ("product.changed", str(product.id), {"price": "1.50", "stock": 7}),
        ("category.added", str(garden.id), {"name": "Garden", "description": ""}),
        ("category.changed", "books", {"description": "To read"}),
        ("payment.confirmed", str(order.id), {}),
        ("order.refunded", str(order.id), {"reason": "scratched", "amount": "0.50"}),
        ("order.moved", str(other.id), {"status": "cancelled", "seller_id": product.seller_id}),
        ("user.changed", str(buyer.id), {"is_active": False}),
    ]


def test_what_sellers_do_to_their_own_is_not_recorded(staff: Person) -> None:
    seller = a_person(is_seller=True)
    product = a_product(seller)
    catalog().change(seller.principal, product.id, ProductChange(stock=7))
    assert recorded(staff) == []


def test_the_operator_has_no_caller_and_others_may_not_make_categories(staff: Person) -> None:
    catalog().add_category(None, "Books")
    with pytest.raises(Forbidden):
        catalog().add_category(a_person(is_seller=True).principal, "Games")
    assert recorded(staff) == []
    assert [category.slug for category in catalog().categories()] == ["books"]
