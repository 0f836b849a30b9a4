"""What a role may do: a call names the roles it is for, everything else is refused (Art. 8(1))."""

from __future__ import annotations

from appliance.domain.codes import Role
from appliance.domain.errors import RoleDenied
from appliance.domain.principal import Principal


def require(principal: Principal, *roles: Role) -> None:
    """Raise RoleDenied unless the certificate's role is one of ``roles``."""
    if principal.role not in roles:
        wanted = " or ".join(sorted(role.value for role in roles))
        raise RoleDenied(f"the certificate is for {principal.role.value}; this is for {wanted}")
