"""The grammars: one agency in a module or few, and the forms of any sender."""
