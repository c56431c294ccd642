"""Vector → row: interchangeable engines behind one protocol."""
