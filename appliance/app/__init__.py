"""The composition root: the only place that knows every class of the appliance."""

from appliance.app.service import EXIT_STORAGE, Appliance, Listening

__all__ = ["EXIT_STORAGE", "Appliance", "Listening"]
