"""What grammars are made of: how notices name values, fields, pictures and duties."""
