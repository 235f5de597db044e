"""The formats of other tools: how each one is read and written."""

from functools import partial

from . import cas, catma, excel, label_studio, lossless_tables, polnear, refi_files, timeml, w3c
from .brat import read_brat, write_brat
from .cas import read_cas
from .cas_writer import write_cas
from .catma import read_catma
from .documents import Format
from .excel import read_excel, write_excel
from .label_studio import read_label_studio
from .lossless_tables import read_record
from .polnear import read_polnear
from .refi import read_refi
from .refi_writer import write_refi
from .tables import write_tables
from .timeml import read_timeml
from .w3c import read_w3c
from .w3c_writer import write_w3c

__all__ = ["FORMATS"]


def _cas(about: str, form: str) -> Format:
    read, write = partial(read_cas, form=form), partial(write_cas, form=form)
    return Format(about, read, write, ignored=cas.IGNORED)


def _tables(about: str, *forms: str) -> Format:
    """A format of all tables, which is read from the first of its forms."""
    read, write = partial(read_record, form=forms[0]), partial(write_tables, forms=forms)
    return Format(about, read, write, True, lossless_tables.IGNORED)


FORMATS: dict[str, Format] = {
    "brat": Format("brat collections: NAME.txt and NAME.ann", read_brat, write_brat, True),
    "polnear": Format(
        "PolNeAR's folders, several coders per text", read_polnear, ignored=polnear.IGNORED
    ),
    "cas-xmi": _cas("UIMA CAS in XMI with its type system, as INCEpTION exports it", "xmi"),
    "cas-json": _cas("UIMA CAS in JSON, as INCEpTION exports it", "json"),
    "w3c": Format(
        "W3C Web Annotations, one per line, beside their texts",
        read_w3c,
        write_w3c,
        ignored=w3c.IGNORED,
    ),
    "catma": Format(
        "CATMA projects: Web Annotations with positions only", read_catma, ignored=catma.IGNORED
    ),
    "refi": Format(
        "REFI-QDA projects and codebooks, as MAXQDA, NVivo, ATLAS.ti and QualCoder exchange them",
        read_refi,
        write_refi,
        True,
        refi_files.IGNORED,
    ),
    "label-studio": Format(
        "exports of Label Studio, JSON and JSON-MIN",
        read_label_studio,
        ignored=label_studio.IGNORED,
    ),
    "timeml": Format(
        "TimeML: events, times and the links between them", read_timeml, ignored=timeml.IGNORED
    ),
    "excel": Format(
        "Excel workbooks: sheets of articles, actors, attributions and quotes",
        read_excel,
        write_excel,
        True,
        excel.IGNORED,
    ),
    "csv": _tables("all tables as CSV in a data package", "csv"),
    "parquet": _tables("all tables as Parquet in a data package", "parquet"),
    "tables": _tables("all tables as CSV and as Parquet in one data package", "csv", "parquet"),
}
FORMATS["xlsx"] = FORMATS["excel"]
