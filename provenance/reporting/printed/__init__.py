"""The report on paper: a PDF set by typst from values, never from markup of others."""
