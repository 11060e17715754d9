"""Made videos of minutes, judged as uploads are: how often a clean one is flagged, and more."""
