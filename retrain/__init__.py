"""Train, measure and export the engines."""
