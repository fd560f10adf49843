"""What staff may change of an account, the same in every contract that has routes for staff."""

from commerce.kit.errors import InvalidInput
from rest.bodies import Body


class ManageUser(Body):
    is_seller: bool | None = None
    is_active: bool | None = None

    def changes(self) -> dict[str, bool]:
        """What is to change. Raises InvalidInput when nothing is."""
        changes = self.model_dump(exclude_none=True)
        if not changes:
            raise InvalidInput.of("non_field_errors", "Say is_seller or is_active.")
        return changes
