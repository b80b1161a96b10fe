"""What the platforms put on the wire; `make proto` writes the *_pb2 files from the .proto files."""
