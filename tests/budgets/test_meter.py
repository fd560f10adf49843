"""The capacity meter against the examples of AWS's own documentation, and against real calls."""

import pytest

from commerce.kit.tables import ConditionFailed, Table, TransactionRefused, read, read_together, transact
from support.capacity import Index, index_units, read_units, size, value_size, write_units
from support.meter import Meter

KB = 1024


def an_item(total: int, **attributes: str) -> dict[str, dict[str, str]]:
    """An item of exactly that many bytes."""
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}, **{name: {"S": value} for name, value in attributes.items()}}
    padding = total - size(item) - len("rest")
    assert padding >= 0
    return item | {"rest": {"S": "x" * padding}}


@pytest.mark.parametrize(
    ("value", "bytes_used"),
    [
        ({"S": "abc"}, 3),
        ({"S": "é€"}, 5),
        ({"N": "0"}, 2),
        ({"N": "27"}, 2),
        ({"N": "-27"}, 3),
        ({"N": "2700"}, 2),
        ({"N": "1736416800123"}, 8),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}, {"N": "1"}]}, 3 + (1 + 2) + (1 + 2)),
        ({"M": {"k": {"S": "ab"}}}, 3 + (1 + 1 + 2)),
        ({"SS": ["a", "bc"]}, 3),
    ],
    ids=str,
)
def test_sizes_of_values(value: dict, bytes_used: int) -> None:
    assert value_size(value) == bytes_used


def test_an_item_is_its_names_and_values() -> None:
    assert size({"pk": {"S": "USER#1"}, "age": {"N": "42"}}) == 2 + 6 + 3 + 2


def test_reads_as_documented() -> None:
    # GetItem: 3.5 KB are billed as 4 KB, 10 KB as 12 KB; half of it when eventually consistent.
    assert read_units(int(3.5 * KB), consistent=True) == 1
    assert read_units(10 * KB, consistent=True) == 3
    assert read_units(10 * KB) == 1.5
    # BatchGetItem rounds each item: 1.5 KB and 6.5 KB are 12 KB, not 8 KB.
    assert read_units(int(1.5 * KB), consistent=True) + read_units(int(6.5 * KB), consistent=True) == 3
    # Query rounds the sum: 40.8 KB are 44 KB, and 1,500 items of 64 bytes are 96 KB.
    assert read_units(int(40.8 * KB), consistent=True) == 11
    assert read_units(1500 * 64, consistent=True) == 24
    # A read that finds nothing costs as the smallest one; three items of 500 bytes in a transaction are 6 units.
    assert (read_units(0), read_units(0, consistent=True)) == (0.5, 1)
    assert 3 * read_units(500, transactional=True) == 6


def test_writes_as_documented() -> None:
    # PutItem, UpdateItem, DeleteItem: 1.5 KB are billed as 2 KB; the larger of the item before and after counts.
    assert write_units(None, an_item(int(1.5 * KB))) == 2
    assert write_units(an_item(int(3.5 * KB)), an_item(500)) == 4
    assert write_units(an_item(500), an_item(int(3.5 * KB))) == 4
    assert write_units(an_item(int(3.5 * KB)), None) == 4
    # A delete of what is not there is one unit; three items of 500 bytes in a transaction are 6.
    assert write_units(None, None) == 1
    assert 3 * write_units(None, an_item(500), transactional=True) == 6


def test_an_index_is_written_only_when_what_it_holds_changes() -> None:
    index = Index("by_day", ("day",), ("status",))

    def units(old: dict | None, new: dict | None) -> float:
        return index_units(index, ("pk", "sk"), old, new)

    monday, paid = an_item(3000, day="mon", status="new"), an_item(3000, day="mon", status="paid")
    assert units(None, an_item(3000)) == 0  # It has no key of the index.
    assert units(None, monday) == 1  # Its entry is small, whatever the item.
    assert units(monday, None) == 1
    assert units(monday, an_item(3000, status="new")) == 1  # The key was removed.
    assert units(monday, an_item(2000, day="mon", status="new")) == 0
    assert units(monday, paid) == 1
    assert units(monday, an_item(3000, day="tue", status="new")) == 2  # One entry goes, another comes.
    whole = Index("all", ("day",), None)
    assert index_units(whole, ("pk", "sk"), monday, paid) == 3


@pytest.mark.usefixtures("aws")
class TestRealCalls:
    """What the meter sees of calls that kit.tables makes."""

    def test_reads(self) -> None:
        table = Table("Carts")
        for number in range(3):
            table.write(table.put({"pk": "a", "sk": f"b{number}", "text": "x" * 5000}))
        with Meter() as meter:
            table.get("a", "b0")
            table.get("a", "b0", consistent=True)
            table.get("a", "none", consistent=True)
            table.query("a", consistent=True)
            read([(table, "a", "b0"), (table, "a", "none")], consistent=True)
            read_together([(table, "a", "b0"), (table, "a", "b1")])
        assert [(call.operation, call.rcu) for call in meter.calls] == [
            ("GetItem", 1.0),
            ("GetItem", 2.0),
            ("GetItem", 1.0),
            ("Query", 4.0),
            ("BatchGetItem", 3.0),
            ("TransactGetItems", 8.0),
        ]
        assert (meter.rcu, meter.wcu) == (19.0, 0.0)
        assert meter.names == "GetItem ×3, Query, BatchGetItem, TransactGetItems"

    def test_writes(self) -> None:
        table = Table("Orders")
        small = {"pk": "a", "sk": "b", "order_id": 7, "buyer_id": 1}
        with Meter() as meter:
            table.write(table.put(small))  # The item and its entry in by_buyer.
            table.write(table.put({**small, "text": "x" * 1500}))  # The entry stays as it is.
            table.write(table.update("a", "b", "SET #order_id = :id", values={"id": 8}))  # One entry for another.
            table.write(table.delete("a", "b"))
            with pytest.raises(ConditionFailed):
                table.write(table.update("a", "b", "SET #x = :x", condition="attribute_exists(#pk)", values={"x": 1}))
        assert [(call.operation, call.wcu) for call in meter.calls] == [
            ("PutItem", 2.0),
            ("PutItem", 2.0),
            ("UpdateItem", 4.0),
            ("DeleteItem", 3.0),
            ("UpdateItem", 1.0),
        ]

    def test_transactions(self) -> None:
        orders, carts = Table("Orders"), Table("Carts")
        unused = "attribute_not_exists(#pk)"
        writes = [
            orders.put({"pk": "a", "sk": "b", "order_id": 7, "buyer_id": 1}, condition=unused),
            carts.put({"pk": "a", "sk": "c", "text": "x" * 1500}, condition=unused),
            carts.check("a", "none", condition=unused),
        ]
        with Meter() as meter:
            transact(writes)
            with pytest.raises(TransactionRefused):
                transact(writes)
        # Twice 1, 2 and 1 for the tables, and once the entry in by_buyer, which a refused one does not write.
        assert [call.wcu for call in meter.calls] == [9.0, 8.0]

    def test_other_services_are_counted(self) -> None:
        from commerce.kit import aws

        with Meter() as meter:
            aws.client("secretsmanager").get_secret_value(SecretId="bazaar/jwt")
            aws.client("s3").list_objects_v2(Bucket="bazaar-index")
        assert [(call.service, call.operation) for call in meter.calls] == [
            ("secretsmanager", "GetSecretValue"),
            ("s3", "ListObjectsV2"),
        ]
        assert (meter.rcu, meter.wcu) == (0.0, 0.0)
