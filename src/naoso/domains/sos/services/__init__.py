"""What is done to calls, one verb each."""
