"""Pure judgement about cameras: what they see, who may look at what hour, whether a picture is right."""

from naoso.domains.cameras.rules.view import View

__all__ = ["View"]
