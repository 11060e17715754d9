"""The pure core: what is in force, and what follows from the engines' words. No I/O."""
