"""The records on each topic, their codec and their errors: what producers and consumers share.

Imports only itself (relatively), msgspec and kafka-python, so that `topics/pyproject.toml` can
package this folder alone as `reelguard_client`.
"""
