"""Mails and folders of mails (RFC 5322, RFC 4155): their words, and what is attached."""
