"""Find faces in frames and voices in sound: where it is worth looking for a deepfake."""
