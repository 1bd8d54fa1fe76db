"""The desk's own records: taken up from exports of its systems."""
