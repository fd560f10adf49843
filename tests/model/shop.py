"""The rule machine: buyers, sellers and who pays them, staff, providers, the clock and crashes, in any order, over the
real services.

After each step the model of `reference.py` must hold of every order, the shop's own books must be right, and stock must
be conserved; in the end every order must still reach one.
"""

from model.buyers import Buyers
from model.hours import Hours
from model.payees import Payees
from model.providers import Providers
from model.sellers import Sellers
from model.staff import Staff


class Shop(Buyers, Sellers, Providers, Staff, Hours, Payees):
    """All the rules. A rule whose step is refused or breaks down changes nothing that the model knows."""
