"""Run the guard's own modules as they are on a device: torch as a runtime for production."""
