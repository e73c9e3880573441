"""NATS and its JetStream, straight on the socket: frozen messages in, bytes out."""
