# ruff: noqa: N802 - the contract names the methods.
"""RandomCheckService: samples of the record and what checking them has shown (Art. 17(5), (6))."""

from __future__ import annotations

from appliance.api import converters_supervision as converters
from appliance.api.call import Call
from appliance.api.converters_answer import timestamp
from appliance.api.fields import FieldChecks
from appliance.api.ports_supervision import Samples
from appliance.domain.supervision import Sample, SampleResult
from appliance.v1 import random_check_pb2 as pb

_SAMPLES_PER_PAGE_MAX = 100


class RandomCheckServicer:
    """The methods of the contract."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples

    async def DrawSample(self, request: pb.DrawSampleRequest, call: Call) -> pb.DrawSampleResponse:
        """Draw entries by a seed."""
        checks = FieldChecks()
        days = (
            converters.optional_day(checks, "since", request.since),
            converters.optional_day(checks, "until", request.until),
        )
        tree_size = converters.number(checks, "tree_size", request.tree_size)
        checks.raise_if_wrong()
        terms = (request.seed, request.size, days, tree_size)
        drawn = await call.run(self._samples.draw, call.principal, *terms)
        return pb.DrawSampleResponse(sample=_sample(drawn))

    async def GetSample(self, request: pb.GetSampleRequest, call: Call) -> pb.GetSampleResponse:
        """Return a sample with its results."""
        checks = FieldChecks()
        number = converters.number(checks, "number", request.number)
        checks.raise_if_wrong()
        found = await call.run(self._samples.get, call.principal, number)
        return pb.GetSampleResponse(sample=_sample(found))

    async def ListSamples(
        self, request: pb.ListSamplesRequest, call: Call
    ) -> pb.ListSamplesResponse:
        """Return samples."""
        checks = FieldChecks()
        after = converters.number(checks, "after", request.after)
        asked = request.samples_max
        most = converters.page_size(checks, "samples_max", asked, _SAMPLES_PER_PAGE_MAX)
        checks.raise_if_wrong()
        page = await call.run(self._samples.page, call.principal, after, most)
        return pb.ListSamplesResponse(samples=map(_sample, page))

    async def RecordSampleResult(
        self, request: pb.RecordSampleResultRequest, call: Call
    ) -> pb.RecordSampleResultResponse:
        """Keep what a check has shown."""
        checks = FieldChecks()
        number = converters.number(checks, "number", request.number)
        sequence = converters.number(checks, "sequence", request.sequence)
        checks.raise_if_wrong()
        said = (number, sequence, request.admissible, request.remark)
        kept = await call.run(self._samples.record_result, call.principal, *said)
        return pb.RecordSampleResultResponse(result=_result(kept))


def _sample(sample: Sample) -> pb.Sample:
    return pb.Sample(
        number=sample.number,
        seed=sample.seed,
        first=sample.first,
        last=sample.last,
        sequences=sample.sequences,
        drawn_at=timestamp(sample.drawn_at),
        results=map(_result, sample.results),
    )


def _result(result: SampleResult) -> pb.SampleResult:
    return pb.SampleResult(
        sequence=result.sequence,
        admissible=result.admissible,
        remark=result.remark,
        found_at=timestamp(result.found_at),
    )
