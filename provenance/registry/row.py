"""What the rows of every table of the registry are made of."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Column, ForeignKey, LargeBinary, MetaData
from sqlalchemy.orm import registry as mapper_registry
from sqlmodel import Field, SQLModel

from provenance.registry.columns import BigInt, SafeText

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Row(SQLModel, registry=mapper_registry(metadata=METADATA)):
    """A row of the registry. Its own catalogue: other programs' SQLModel tables stay out."""

    metadata = METADATA


def text(*, nullable: bool = False, **options: Any) -> Any:
    """Text of any content (``SafeText``)."""
    return Field(sa_column=Column(SafeText(), nullable=nullable, **options))


def number(*, key: bool = False, nullable: bool = False) -> Any:
    """An integer; a key is given by the program, never counted up by the database."""
    column: Column[int] = Column(BigInt, primary_key=key, nullable=nullable, autoincrement=False)
    return Field(sa_column=column)


def octets() -> Any:
    """Octets, never null."""
    return Field(sa_column=Column(LargeBinary(), nullable=False))


def link(target: str, *, key: bool = False, nullable: bool = False) -> Any:
    """A foreign key to ``target``, which is ``table.column``."""
    kind = BigInt if target.endswith(".id") else SafeText()
    column: Column[Any] = Column(
        kind, ForeignKey(target), primary_key=key, nullable=nullable, autoincrement=False
    )
    return Field(sa_column=column)
