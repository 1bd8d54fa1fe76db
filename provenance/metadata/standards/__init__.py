"""One module for each metadata standard, strangers to one another: EXIF, IIM, XMP."""
