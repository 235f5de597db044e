"""The record in the forms that other tools read."""

from .brat import annotation_conf, export_brat, visual_conf
from .tables import export_tables

__all__ = ["annotation_conf", "export_brat", "export_tables", "visual_conf"]
