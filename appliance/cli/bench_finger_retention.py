"""``appliance bench finger retention``: what the short list loses of what stage 2 would find.

Counted are the mates that stage 2 ranks first, or would have ranked first had the short list held
them; the share of the latter is what the short list costs.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from appliance.cli import hidden_mates, hidden_probes
from appliance.cli.output import progress_bar
from appliance.config import pack_defaults
from appliance.domain.codes import SearchType
from appliance.matching import finger_search
from kernels.finger import population_presets


def run(folders: Sequence[Path], count: int, preset: str, probes: int) -> dict[str, object]:
    """Search ``probes`` times among ``count`` distractors at the default depth of TP/TP."""
    spec = population_presets.OF_EXTRACTOR[preset]
    depth = pack_defaults.table()["short_list"][SearchType.TP_TP]
    trial = (
        hidden_probes.of_sets(folders, probes, latent=False)
        if folders
        else hidden_probes.generated(spec, probes, latent=False)
    )
    with progress_bar("generating", count) as bar:
        others = hidden_mates.distractors([count], spec, bar)
    epoch = hidden_mates.epoch_of(trial.mates, others.chunks)
    outcomes = []
    processor_s = time.process_time()
    with progress_bar("searching", len(trial.probes)) as bar:
        for hidden in trial.probes:
            outcomes.append(hidden_mates.search(hidden, epoch, depth))
            bar.advance()
    processor_s = time.process_time() - processor_s
    first = sum(each.wins for each in outcomes)
    dropped = sum(each.dropped for each in outcomes)
    depths = [finger_search.depth_of(each.probe, depth) for each in trial.probes]
    return {
        "preset": preset,
        "presets_version": population_presets.PRESETS_VERSION,
        "probes_of": [f"{each.parent.name}/{each.name}" for each in folders] or "generated",
        "distractors": count,
        "searches": len(outcomes),
        "short_list": depth,
        "mean_depth": round(sum(depths) / len(depths), 1),
        "first_ranked": first,
        "dropped": dropped,
        "dropped_percent": round(100 * dropped / first, 3) if first else None,
        "rank1": round(100 * sum(each.rank == 1 for each in outcomes) / len(outcomes), 3),
        "comparisons_per_processor_second": round(epoch.size * len(outcomes) / processor_s),
    }
