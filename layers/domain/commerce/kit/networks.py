"""Network addresses as limits see them."""

from ipaddress import IPv6Address, IPv6Network, ip_address


def network_of(address: str) -> str:
    """Whom an address stands for in a limit: an IPv4 address itself, of IPv6 the /64, which is what one customer gets.

    An IPv4 address written as IPv6 is the IPv4 address; what is no address stands for itself.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found) >> 64 << 64, 64)))
