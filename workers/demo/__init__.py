"""The whole way of an upload on one machine, shown step by step."""
