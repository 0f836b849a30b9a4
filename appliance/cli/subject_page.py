"""The report on an item of reference data as an HTML page, in general comprehensible terms."""

from __future__ import annotations

from appliance.cli.record_tables import details_text
from appliance.cli.report_page import ReportPage, table
from appliance.v1.supervision_pb2 import GetSubjectResponse

_ACTS = {
    "search_answered": "supplied in answer to a search",
    "mass_comparison_answered": "supplied in a mass comparison",
    "reference_loaded": "taken in",
    "reference_read": "read by the administrator",
    "reference_corrected": "corrected",
    "reference_deleted": "deleted",
    "reference_flagged": "flagged as contested, or the flag removed",
    "reference_restricted": "kept out of every search",
    "reference_released": "searched again",
    "reference_end_set": "given an end",
    "erasure_certified": "its erasure certified",
    "outcome_recorded": "an expert's word on a match",
}


def subject_page(collection: str, reference_number: str, report: GetSubjectResponse) -> str:
    """Return the page; who the data is of is not known here, and not told."""
    held = "It is held" if report.held else "It is not held any more"
    page = ReportPage(
        f"Data processed under {reference_number}",
        f"Reference data of the collection {collection}, of {report.origin}. {held}."
        f"{' It is flagged as contested.' if report.flagged else ''}"
        f"{' It is kept out of every search.' if report.restricted else ''}",
    )
    page.section("Who received it", "Each supply to another Party, and what it was asked for.")
    heads = ("Received (UTC)", "Party", "Request", "Purpose", "Case of that Party")
    page.add(
        table(
            heads,
            [
                (
                    f"{each.supplied_at.ToDatetime():%Y-%m-%d %H:%M:%S}",
                    each.party,
                    each.request_number,
                    each.purpose,
                    each.case_reference,
                )
                for each in report.supplies
            ],
        )
    )
    page.section("What was done with it", "Each act, as the record of supplies has it.")
    page.add(
        table(
            ("No.", "When (UTC)", "What", "Facts"),
            [
                (
                    str(each.sequence),
                    f"{each.recorded_at.ToDatetime():%Y-%m-%d %H:%M:%S}",
                    _ACTS.get(each.act, each.act.replace("_", " ")),
                    details_text(each),
                )
                for each in report.entries
            ],
        )
    )
    return page.render()
