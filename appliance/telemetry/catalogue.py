"""The table of all metrics, made from their declarations.

ops/METRICS.md is what ``python -m appliance.telemetry.catalogue`` prints; a test holds it to that.
"""

from __future__ import annotations

import sys

from prometheus_client import Counter, Gauge, Histogram

from appliance.telemetry import labels
from appliance.telemetry.metrics import Metrics

_HEAD = """\
# Metrics

Served on `/metrics` of the telemetry address. Made by `python -m appliance.telemetry.catalogue`.
The process itself adds the usual `process_*` families.

| name | type | labels | what it says |
|---|---|---|---|
"""

_VALUES = """
## Label values

A value outside its list is counted as `other`. No label holds a word that a client wrote.

| label | values |
|---|---|
"""

_LISTS: dict[str, tuple[str, ...]] = {
    "backend": labels.BACKENDS,
    "cause": labels.FALLBACK_CAUSES,
    "collection": labels.COLLECTIONS,
    "device": labels.DEVICES,
    "grpc_code": labels.GRPC_CODES,
    "grpc_method": labels.METHODS,
    "modality": labels.MODALITIES,
    "reason": labels.REJECTION_REASONS,
    "result": labels.LOAD_RESULTS,
    "role": labels.CERTIFICATE_ROLES,
    "stage": labels.STAGES,
    "state": labels.MASS_STATES,
}
_OPEN = {
    "client": f"codes of Parties, {labels.PARTIES_MAX} at most",
    "kernel_digest": "SHA-256 over the kernels and models as installed",
    "version": "version of the appliance",
}


def table() -> str:
    """Return the page in Markdown: every metric by name, then every label."""
    metrics = Metrics()
    declared = sorted(
        (
            value
            for part in (metrics, metrics.mass, metrics.duties, metrics.devices)
            for value in vars(part).values()
            if isinstance(value, Counter | Gauge | Histogram)
        ),
        key=_name,
    )
    rows = [
        f"| `{_name(metric)}` | {type(metric).__name__.lower()} "
        f"| {', '.join(metric._labelnames) or '–'} | {metric._documentation} |\n"
        for metric in declared
    ]
    listed = {label: ", ".join(f"`{word}`" for word in words) for label, words in _LISTS.items()}
    values = [f"| `{label}` | {text} |\n" for label, text in sorted((listed | _OPEN).items())]
    return _HEAD + "".join(rows) + _VALUES + "".join(values)


def _name(metric: Counter | Gauge | Histogram) -> str:
    # The library keeps a counter's name without the suffix that the page shows.
    return f"{metric._name}_total" if isinstance(metric, Counter) else str(metric._name)


if __name__ == "__main__":
    sys.stdout.write(table())
