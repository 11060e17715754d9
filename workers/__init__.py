"""The streaming worker: the only room with Faust, the environment, processes, metrics and logs."""
