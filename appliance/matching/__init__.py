"""From a probe to candidates: encoding, both stages on a device, scores that mean something."""
