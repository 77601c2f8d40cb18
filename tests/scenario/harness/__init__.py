"""What scenarios share: a broker process, a raw protocol client, record batches."""
