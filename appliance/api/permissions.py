"""Which roles each method is for (Art. 8(1), 17(3)); a method that is not listed is for nobody."""

from __future__ import annotations

from appliance.domain.codes import Role

_PACKAGE = "/appliance.v1."
_FINGER = (Role.CONTACT_POINT_DACTYLOSCOPIC,)
_DNA = (Role.CONTACT_POINT_DNA,)
_CONTACT_POINTS = (*_FINGER, *_DNA)
_ADMINISTRATOR = (Role.ADMINISTRATOR,)
_AUDITOR = (Role.AUDITOR,)

ROLES: dict[str, tuple[Role, ...]] = {
    _PACKAGE + method: roles
    for method, roles in {
        "DactyloscopicService/Search": _FINGER,
        "DactyloscopicService/SubmitSearch": _FINGER,
        "DactyloscopicService/GetAnswer": _FINGER,
        "DactyloscopicService/WatchAnswers": _FINGER,
        "DactyloscopicService/CheckQuality": _FINGER,
        "DnaService/Search": _DNA,
        "DnaService/SubmitSearch": _DNA,
        "DnaService/GetAnswer": _DNA,
        "MassComparisonService/Open": _DNA,
        "MassComparisonService/Send": _DNA,
        "MassComparisonService/Start": _DNA,
        "MassComparisonService/GetJob": _DNA,
        "MassComparisonService/WatchMatches": _DNA,
        "MassComparisonService/Acknowledge": _DNA,
        "MassComparisonService/Cancel": _DNA,
        "DnaService/WatchAnswers": _DNA,
        "RequestService/CancelSearch": _CONTACT_POINTS,
        "RequestService/ListRequests": _CONTACT_POINTS,
        "ReferenceDataService/Load": _ADMINISTRATOR,
        "ReferenceDataService/Count": _ADMINISTRATOR,
        "ReferenceDataService/Get": _ADMINISTRATOR,
        "DataDutiesService/Correct": _ADMINISTRATOR,
        "DataDutiesService/Delete": _ADMINISTRATOR,
        "DataDutiesService/Flag": _ADMINISTRATOR,
        "DataDutiesService/Restrict": _ADMINISTRATOR,
        "DataDutiesService/SetEnd": _ADMINISTRATOR,
        "DataDutiesService/ListErasures": (Role.ADMINISTRATOR, Role.AUDITOR),
        "DataDutiesService/ListNotices": (Role.ADMINISTRATOR, Role.AUDITOR),
        "CapacityService/Declare": _ADMINISTRATOR,
        "CapacityService/ListDeclarations": tuple(Role),
        "CapacityService/GetUseToday": tuple(Role),
        "VerificationService/RecordOutcome": (*_FINGER, *_DNA),
        "VerificationService/GetVerification": tuple(Role),
        "VerificationService/ListOutcomes": tuple(Role),
        "NoteService/ListNotes": _ADMINISTRATOR,
        "NoteService/RemoveNote": _ADMINISTRATOR,
        "StatisticsService/GetStatistics": (Role.ADMINISTRATOR, Role.AUDITOR),
        "CapacityService/ReserveOutgoing": (*_CONTACT_POINTS, *_ADMINISTRATOR),
        "CapacityService/ReleaseOutgoing": (*_CONTACT_POINTS, *_ADMINISTRATOR),
        "OutageService/BeginOutage": _ADMINISTRATOR,
        "OutageService/EndOutage": _ADMINISTRATOR,
        "OutageService/ListOutages": tuple(Role),
        "AdminService/GetStatus": (Role.ADMINISTRATOR, Role.AUDITOR),
        "AdminService/ActivatePack": _ADMINISTRATOR,
        "AdminService/ReactivatePack": _ADMINISTRATOR,
        "AdminService/AcceptClock": _ADMINISTRATOR,
        "AdminService/ListPacks": (Role.ADMINISTRATOR, Role.AUDITOR),
        "AdminService/GetPack": (Role.ADMINISTRATOR, Role.AUDITOR),
        "AuditService/ListEntries": _AUDITOR,
        "AuditService/ListLeaves": _AUDITOR,
        "AuditService/Verify": _AUDITOR,
        "AuditService/GetHead": _AUDITOR,
        "AuditService/GetInclusionProof": _AUDITOR,
        "AuditService/GetConsistencyProof": _AUDITOR,
        "SupervisionService/QueryEntries": _AUDITOR,
        "SupervisionService/ListOfficers": _AUDITOR,
        "SupervisionService/GetSubject": _AUDITOR,
        "SupervisionService/CheckAdmissibility": _AUDITOR,
        "AuthorityService/OpenAuthorityRequest": _AUDITOR,
        "AuthorityService/ListAuthorityRequests": _AUDITOR,
        "AuthorityService/ExportLeaves": _AUDITOR,
        "AuthorityService/MarkDelivered": _AUDITOR,
        "RandomCheckService/DrawSample": _AUDITOR,
        "RandomCheckService/GetSample": _AUDITOR,
        "RandomCheckService/ListSamples": _AUDITOR,
        "RandomCheckService/RecordSampleResult": _AUDITOR,
        "RegisterService/RecordManualSupply": (*_CONTACT_POINTS, *_ADMINISTRATOR),
        "RegisterService/RecordAuthorisation": _ADMINISTRATOR,
        "RegisterService/ListAuthorisations": (Role.ADMINISTRATOR, Role.AUDITOR),
    }.items()
}

SEARCHES = frozenset(
    method for method in ROLES if method.endswith(("/Search", "/SubmitSearch", "/Open"))
)
"""The methods whose refusals are recorded."""

ALWAYS_ON = frozenset({_PACKAGE + "AdminService/GetStatus"})
"""The methods that are served whatever the state of the appliance."""

_OF_THE_RECORD = ("AuditService", "SupervisionService", "AuthorityService", "RandomCheckService")

WITHOUT_GALLERY = ALWAYS_ON | {
    method for method in ROLES if method.split("/")[1].rpartition(".")[2] in _OF_THE_RECORD
}
"""The methods that are served while the reference data is becoming resident."""
