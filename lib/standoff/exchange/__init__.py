"""Exchanges projects with other tools: brat, UIMA CAS, Web Annotations, CATMA, REFI-QDA, Label
Studio, PolNeAR, TimeML, Excel, CSV and Parquet.

>>> from standoff.exchange import FORMATS
>>> " ".join(sorted(FORMATS))
'brat cas-json cas-xmi catma csv excel label-studio parquet polnear refi tables timeml w3c xlsx'
"""

from typing import TYPE_CHECKING

from ..lazy import attach

if TYPE_CHECKING:
    from .brat import annotation_conf, export_brat, visual_conf
    from .documents import Builder, Document, Format, Places
    from .formats import FORMATS
    from .projects import documents_of, export_project, import_project
    from .tables import export_tables

__all__ = [
    "FORMATS",
    "Builder",
    "Document",
    "Format",
    "Places",
    "annotation_conf",
    "documents_of",
    "export_brat",
    "export_project",
    "export_tables",
    "import_project",
    "visual_conf",
]

NAMES = {
    "FORMATS": "formats",
    "Builder": "documents",
    "Document": "documents",
    "Format": "documents",
    "Places": "documents",
    "annotation_conf": "brat",
    "documents_of": "projects",
    "export_brat": "brat",
    "export_project": "projects",
    "export_tables": "tables",
    "import_project": "projects",
    "visual_conf": "brat",
}
__getattr__, __dir__ = attach(__name__, NAMES, globals())
