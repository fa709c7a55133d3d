"""Classes that enter their family's table when they are defined with a name."""

from dataclasses import fields
from typing import Any, ClassVar, Self

from lib.validation import one_of, shown


class Named:
    """The base of a family of frozen dataclasses: activations, penalties, cells, optimisers.

    A subclass enters the table when it is defined with a name, as in
    ``class ELU(Activation, name="elu")``.

    Raises:
        ValueError: where a class is defined with the name of another one.

    Example:
        >>> class Shape(Named):
        ...     table = {}
        >>> class Circle(Shape, name="circle"):
        ...     pass
        >>> Shape.table["circle"] is Circle
        True
    """

    table: ClassVar[dict[str, type]]
    """The family's classes by name."""

    def __init_subclass__(cls, name: str | None = None, **others: Any) -> None:
        super().__init_subclass__(**others)
        if name is not None:
            enter(cls.table, name, cls)

    @classmethod
    def parameters(cls) -> tuple[str, ...]:
        """Return the names of the numbers that an object is made from."""
        return tuple(f.name for f in fields(cls) if f.init)

    @classmethod
    def of(cls, what: str, given: str | Self, **numbers: float) -> Self:
        """Return `given`, or the object of that name, made with those of `numbers` that it has.

        Raises:
            ValueError: it is no object of the family, and no class has this name.
        """
        if isinstance(given, cls):
            return given
        kind = cls.table[one_of(what, given, cls.table)]
        return kind(**{k: v for k, v in numbers.items() if k in kind.parameters()})

    @classmethod
    def check(cls, what: str, given: object) -> Self:
        """Return an object of the family, or raise ValueError when it is something else."""
        if not isinstance(given, cls):
            known = (f"{k.__name__}({', '.join(k.parameters())})" for k in cls.table.values())
            raise ValueError(
                f"{what} must be an object such as {', '.join(known)}, got {shown(given)}"
            )
        return given


def enter(table: dict[str, Any], name: str, item: Any) -> None:
    """Enter a class or a function into a table; the same one may come twice.

    That is so when a notebook's cell is run again.

    Raises:
        ValueError: the name is taken by another one.

    Example:
        >>> table = {}
        >>> enter(table, "one", enter)
        >>> list(table)
        ['one']
    """
    known = table.get(name, item)
    if (known.__module__, known.__qualname__) != (item.__module__, item.__qualname__):
        raise ValueError(
            f"the name {name!r} is taken by {known.__module__}.{known.__qualname__}; give "
            f"{item.__name__} another one"
        )
    table[name] = item
