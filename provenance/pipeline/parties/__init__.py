"""Third parties: what they got, what they were told, what they said."""
