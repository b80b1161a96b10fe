"""Hold the protobuf messages of the wire; `make proto` generates *_pb2 from the .proto files."""
