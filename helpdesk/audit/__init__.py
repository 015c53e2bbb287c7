"""Who saw and did what: written in the transaction of the act, never changed, chained afterwards. Holds no content."""
