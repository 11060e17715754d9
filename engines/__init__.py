"""Arrays and strings in, scores out: the models, without Kafka, environment or clock."""
