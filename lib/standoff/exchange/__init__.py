"""Exchanges projects with other tools: brat, UIMA CAS, Web Annotations, CATMA, PolNeAR, TimeML, CSV
and Parquet.

>>> sorted(FORMATS)
['brat', 'cas-json', 'cas-xmi', 'catma', 'csv', 'parquet', 'polnear', 'tables', 'timeml', 'w3c']
"""

from functools import partial

from .brat import annotation_conf, export_brat, read_brat, visual_conf, write_brat
from .cas import read_cas, write_cas
from .catma import read_catma
from .documents import Builder, Document, Format, Places
from .polnear import read_polnear
from .projects import documents_of, export_project, import_project
from .record import read_record
from .tables import export_tables, write_tables
from .timeml import read_timeml
from .w3c import read_w3c, write_w3c

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

RULES = "spellings in actors.toml, tracks.toml, codebook.toml"
FORMATS: dict[str, Format] = {
    "brat": Format(
        "brat collections: NAME.txt and NAME.ann",
        read_brat,
        write_brat,
        True,
        "meta.toml, actors.toml, tracks.toml, definitions in codebook.toml",
    ),
    "polnear": Format("PolNeAR's folders, several coders per text", read_polnear),
    "cas-xmi": Format(
        "UIMA CAS in XMI with its type system, as INCEpTION exports it",
        partial(read_cas, form="xmi"),
        partial(write_cas, form="xmi"),
    ),
    "cas-json": Format(
        "UIMA CAS in JSON, as INCEpTION exports it",
        partial(read_cas, form="json"),
        partial(write_cas, form="json"),
    ),
    "w3c": Format("W3C Web Annotations, one per line, beside their texts", read_w3c, write_w3c),
    "catma": Format("CATMA projects: Web Annotations with positions only", read_catma),
    "timeml": Format("TimeML: events, times and the links between them", read_timeml),
    "csv": Format(
        "all tables as CSV in a data package",
        partial(read_record, form="csv"),
        partial(write_tables, forms=("csv",)),
        True,
        RULES,
    ),
    "parquet": Format(
        "all tables as Parquet in a data package",
        partial(read_record, form="parquet"),
        partial(write_tables, forms=("parquet",)),
        True,
        RULES,
    ),
    "tables": Format(
        "all tables as CSV and as Parquet in one data package",
        partial(read_record, form="csv"),
        write_tables,
        True,
        RULES,
    ),
}


def __dir__() -> list[str]:
    return __all__
