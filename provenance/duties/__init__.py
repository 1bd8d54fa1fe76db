"""What a notice asks of the desk, by when, and how far it has come. No database, no clock."""
