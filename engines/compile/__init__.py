"""Turn a published checkpoint into an engine's folder: exported, compared, gated, described."""
