"""``python -m provenance.cli``: the program without its script."""

from provenance.cli import main

# Worker processes import the main module under another name; they run nothing here.
if __name__ == "__main__":
    main()
