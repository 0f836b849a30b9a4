"""The Prüm matching appliance: one-to-many fingerprint and DNA searches under the Agreement."""
