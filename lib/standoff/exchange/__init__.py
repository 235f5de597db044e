"""Exchanges projects with other tools: brat, UIMA CAS, Web Annotations, CATMA, REFI-QDA, Label
Studio, PolNeAR, TimeML, Excel, CSV and Parquet.

>>> from standoff.exchange import FORMATS
>>> " ".join(sorted(FORMATS))
'brat cas-json cas-xmi catma csv excel label-studio parquet polnear refi tables timeml w3c xlsx'
"""

from typing import TYPE_CHECKING

from ..lazy_imports import attach

if TYPE_CHECKING:
    from .brat import annotation_conf as annotation_conf
    from .brat import export_brat as export_brat
    from .brat import visual_conf as visual_conf
    from .documents import Document as Document
    from .documents import Format as Format
    from .formats import FORMATS as FORMATS
    from .import_builder import Builder as Builder
    from .offsets import Places as Places
    from .projects import documents_of as documents_of
    from .projects import export_project as export_project
    from .projects import import_project as import_project
    from .tables import export_tables as export_tables

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "brat": "annotation_conf export_brat visual_conf",
        "import_builder": "Builder",
        "documents": "Document Format",
        "formats": "FORMATS",
        "offsets": "Places",
        "projects": "documents_of export_project import_project",
        "tables": "export_tables",
    },
)
