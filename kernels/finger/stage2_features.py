"""What the learned score looks at: sums over one motion's pairs, as logarithms and shares.

The sums are the same integers in the reference and in the batch; what becomes of them stands here
once, for both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernels.finger.stage2_arithmetic import Integers, logarithm

SHARE_ONE = 1024
MEAN_ONE = 16


@dataclass(frozen=True, slots=True)
class Sums:
    """Of each hypothesis [H], over its pairs unless it says otherwise.

    Weights and ranks in 1/256, similarities in 1/100, other fractions in 1/1024, lengths in
    1/8 px, angles in 1/1024 turn.

    ``firm`` is what the weights prove, ``alike`` the similarity of the neighbourhoods, ``rank``
    the product of both qualities' places in their prints, ``kinds`` how many are of one known kind,
    ``sure`` how surely each is no chance by its residual and turn, ``agreed`` how well the pairs
    around confirm it (``coupled``: not divided by their number); names joined mean products.
    ``residual``, ``turned``, ``stretch`` (squared): what the elastic fit left and moved.
    ``scatter``: squared distances from the middle of the pairs. ``rigid_weight``, ``support``: of
    the motion before the elastic step and of its seed. Then the minutiae of both prints: all,
    inside the other's area, ``alone`` there without a partner, and how much that speaks
    ``against`` the motion.
    """

    pairs: Integers
    weight: Integers
    firm: Integers
    alike: Integers
    firm_alike: Integers
    rank: Integers
    kinds: Integers
    sure: Integers
    sure_alike: Integers
    sure_rank: Integers
    agreed: Integers
    sure_agreed: Integers
    sure_agreed_rank: Integers
    coupled: Integers
    residual: Integers
    turned: Integers
    stretch: Integers
    scatter: Integers
    rigid_weight: Integers
    support: Integers
    stage1: Integers
    untrained: Integers
    mine: Integers
    theirs: Integers
    mine_inside: Integers
    theirs_inside: Integers
    rank_inside: Integers
    paired_rank: Integers
    alone: Integers
    alone_rank: Integers
    mine_against: Integers
    theirs_against: Integers
    against_rank: Integers


def features(sums: Sums) -> dict[str, Integers]:
    """Return the features by name, each [H]: logarithms in 1/256, the rest in units of its own."""
    logs = _logarithms(sums)
    units = np.array([[unit] for _, unit in logs.values()])
    values = np.stack([value for value, _ in logs.values()]) + units
    found = logarithm(values) - logarithm(units)
    return dict(zip(logs, found, strict=True)) | _shares(sums)


def _logarithms(sums: Sums) -> dict[str, tuple[Integers, int]]:
    """Return what enters as a logarithm, and what is added to it before: about one good pair's."""
    inside, found = sums.mine_inside + sums.theirs_inside, sums.pairs + 1
    return {
        "pairs": (sums.pairs, 1),
        "weight": (sums.weight, 256),
        "firm": (sums.firm, 256),
        "alike": (sums.alike, 100),
        "firm_alike": (sums.firm_alike, 25600),
        "rank": (sums.rank, 256),
        "kinds": (sums.kinds, 1),
        "sure": (sums.sure, 1024),
        "sure_alike": (sums.sure_alike, 102400),
        "agreed": (sums.agreed, 1024),
        "sure_agreed": (sums.sure_agreed, 1024),
        "sure_rank": (sums.sure_rank, 1024),
        "sure_agreed_rank": (sums.sure_agreed_rank, 1024),
        "coupled": (sums.coupled, 1024),
        "inside": (inside, 2),
        "fewer": (np.minimum(sums.mine, sums.theirs), 1),
        "more": (np.maximum(sums.mine, sums.theirs), 1),
        "alone": (sums.alone, 1),
        "alone_rank": (sums.alone_rank, 256),
        "against": (sums.mine_against + sums.theirs_against, 1024),
        "against_rank": (sums.against_rank, 1024),
        "support": (sums.support, 40 * 256),
        "stage1": (sums.stage1, 16),
        "rigid_weight": (sums.rigid_weight, 256),
        "untrained": (sums.untrained, 16),
        "scatter": (sums.scatter // found, 64 * 100),
        "stretch": (sums.stretch // found, 64),
        "sure_agreed_square": (sums.sure_agreed * sums.sure_agreed // (inside + 10), 1 << 14),
        "firm_square": (sums.firm_alike * sums.firm // (100 * (inside + 4)), 1 << 10),
    }


def _shares(sums: Sums) -> dict[str, Integers]:
    """Return the shares in 1/1024, the means in 1/16 of their unit, and the score of stage 1."""
    inside, found = sums.mine_inside + sums.theirs_inside, sums.pairs + 1
    fewer = np.minimum(sums.mine, sums.theirs)
    least_inside = np.minimum(sums.mine_inside, sums.theirs_inside)
    against = sums.mine_against + sums.theirs_against

    def share(part: Integers, whole: Integers) -> Integers:
        return SHARE_ONE * part // whole

    return {
        "stage1_linear": sums.stage1,
        "stage1_share": share(sums.stage1, 16 * (fewer + 4)),
        "pairs_share": share(sums.pairs, inside + 10) * 2,
        "least_share": share(sums.pairs, least_inside + 3),
        "sure_agreed_share": share(sums.sure_agreed * sums.pairs, 1024 * (inside + 20)),
        "sure_share": share(sums.sure, 1024 * found),
        "agreed_share": share(sums.agreed, 1024 * found),
        "alike_share": share(sums.alike, 100 * found),
        "kinds_share": share(sums.kinds, found),
        "rank_share": share(sums.paired_rank, sums.rank_inside + 1024),
        "against_share": share(against, 1024 * (inside + 5)),
        "mine_against_share": share(sums.mine_against, 1024 * (sums.mine_inside + 3)),
        "theirs_against_share": share(sums.theirs_against, 1024 * (sums.theirs_inside + 3)),
        "inside_share": share(inside, sums.mine + sums.theirs),
        "residual": sums.residual * MEAN_ONE // found,
        "turned": sums.turned * MEAN_ONE // found,
    }
