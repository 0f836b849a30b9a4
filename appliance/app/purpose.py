"""What an installation is for: the exchange itself, or its evaluation with test data (Art. 21).

It is bound into the database at the first start, so that no change of a settings file can put test
data among reference data, or reference data before a Party under evaluation.
"""

from __future__ import annotations

from appliance.domain.errors import ConfigurationInvalid
from appliance.domain.reference_data import TEST_PREFIX
from appliance.store import catalogue_table, setting_table
from appliance.store.database import Database, Transaction

_NAME = "purpose"
_PILOT, _OPERATIONAL = "pilot", "operational"


def bind(database: Database, *, pilot: bool) -> None:
    """Hold a database to what it was first opened for, and its reference data with it.

    Raises ConfigurationInvalid if the database was opened for the other purpose, if a pilot
    installation holds anything but test data, or an operational one holds any.
    """
    database.write(lambda tx: _bind(tx, pilot)).result()


def _bind(tx: Transaction, pilot: bool) -> None:
    wanted = _PILOT if pilot else _OPERATIONAL
    bound = setting_table.get(tx, _NAME)
    if bound not in (None, wanted):
        raise ConfigurationInvalid(
            f"settings: instance.pilot: this database is {bound} for good; a {wanted} installation "
            "has a directory of its own"
        )
    stray = catalogue_table.stray(tx, TEST_PREFIX, marked=pilot)
    if stray is not None:
        rule = "begin" if pilot else "do not begin"
        raise ConfigurationInvalid(
            f"the {wanted} installation holds {stray}: its reference numbers {rule} with "
            f"{TEST_PREFIX}"
        )
    if bound is None:
        setting_table.put(tx, _NAME, wanted)
