"""``appliance bench finger scale``: identification in galleries of many generated fingers.

Mates and probes are real prints where folders are given. Terms as in ISO/IEC 19795-1: the false
negative identification rate (FNIR) is the share of searches that miss their mate at the threshold
at which so many searches without a mate find somebody (FPIR). A search serves as both: once with
its mate, once as if the mate were not in the gallery.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from appliance.cli import hidden_mates, hidden_probes
from appliance.cli.hidden_mates import Outcome
from appliance.cli.latency import summary_ms
from appliance.cli.output import progress_bar
from appliance.config import pack_defaults
from appliance.domain.codes import SearchType
from kernels.finger import population_presets

FALSE_POSITIVE_PERCENTS = (1.0, 0.1)


def run(
    folders: Sequence[Path], sizes: Sequence[int], preset: str, probes: int, latent: bool
) -> dict[str, object]:
    """Search ``probes`` times at each of ``sizes``, rising, and return the figures.

    Half a millisecond for each distractor, and some six microseconds for each comparison. The
    figures of the smaller sizes are those of the first distractors.
    """
    spec = population_presets.OF_EXTRACTOR[preset]
    search_type = SearchType.LT_TP if latent else SearchType.TP_TP
    depth = pack_defaults.table()["short_list"][search_type]
    trial = (
        hidden_probes.of_sets(folders, probes, latent)
        if folders
        else hidden_probes.generated(spec, probes, latent)
    )
    with progress_bar("generating", sizes[-1]) as bar:
        others = hidden_mates.distractors(sizes, spec, bar)
    found = []
    with progress_bar("searching", len(sizes) * len(trial.probes)) as bar:
        for size in sizes:
            epoch = hidden_mates.epoch_of(trial.mates, others.first(size))
            outcomes = []
            for hidden in trial.probes:
                outcomes.append(hidden_mates.search(hidden, epoch, depth))
                bar.advance()
            found.append(
                {
                    "distractors": size,
                    "gallery_bytes": hidden_mates.nbytes(epoch),
                    **identification(outcomes),
                    "search": {
                        "comparisons_per_second": round(
                            epoch.size * len(outcomes) / sum(each.search_s for each in outcomes)
                        ),
                        **summary_ms([each.search_s for each in outcomes]),
                    },
                }
            )
    return {
        "search_type": search_type.value,
        "preset": preset,
        "presets_version": population_presets.PRESETS_VERSION,
        "probes_of": [f"{each.parent.name}/{each.name}" for each in folders] or "generated",
        "mates": len(trial.mates),
        "searches": len(trial.probes),
        "short_list": depth,
        "generate_s": round(others.generate_s, 1),
        "encode_s": round(others.encode_s, 1),
        "sizes": found,
    }


def identification(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """Return rates in percent of searches with a mate each.

    An FPIR that fewer searches than its reciprocal would show is left out (null).
    """
    ranks = np.array([each.rank for each in outcomes])
    mine = np.array([each.mate_raw if each.rank else 0 for each in outcomes])
    strangers = np.sort([each.other_raw for each in outcomes])[::-1]
    missed: dict[str, float | None] = {}
    for percent in FALSE_POSITIVE_PERCENTS:
        allowed = int(len(outcomes) * percent / 100)
        rate = 100 * float(np.mean(mine <= strangers[min(allowed, len(strangers) - 1)]))
        missed[f"fnir_at_fpir_{percent:g}"] = round(rate, 3) if allowed else None
    nobody = 100 * float(np.mean(mine <= strangers[0]))
    return {
        "rank1": round(100 * float(np.mean(ranks == 1)), 3),
        "mates_in_short_list": round(100 * float(np.mean(ranks > 0)), 3),
        **missed,
        "fnir_without_a_false_positive": round(nobody, 3),
    }
