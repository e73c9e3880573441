"""The process that reads plates from cameras: pictures in, messages to the stream out."""
