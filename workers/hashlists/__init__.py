"""Lists of known content: kept in a store, held by workers, asked about frames."""
