"""The pure core: what is in force, and what follows from what the engines said. No input or output."""
