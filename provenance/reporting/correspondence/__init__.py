"""What goes to others: letters to third parties, the statement to an agency."""
