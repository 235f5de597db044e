"""One look for all charts: colours safe for the colour-blind (Okabe and Ito 2008), one type, no
clutter."""

__all__ = ["BLUE", "CONFIG", "GREY", "INK", "ORANGE", "PALE", "WIDTH", "YELLOW"]

BLUE, ORANGE, YELLOW = "#0072b2", "#d55e00", "#e69f00"
INK, GREY, PALE = "#1f2328", "#59636e", "#8ec7e8"
WIDTH = 500
# the first ships with vl-convert: same measures everywhere
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"

CONFIG = {
    "font": FONT,
    "background": "#ffffff",
    "padding": 8,
    "view": {"stroke": None},
    "title": {"fontSize": 15, "fontWeight": "bold", "color": INK, "offset": 14, "anchor": "start"},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": "#e6e8eb",
        "domainColor": "#8c959f",
        "tickColor": "#8c959f",
        "labelLimit": 260,
    },
    "header": {
        "labelColor": INK,
        "labelFontSize": 13,
        "labelFontWeight": "bold",
        "labelAnchor": "start",
        "title": None,
    },
    "legend": {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "orient": "top",
        "titleLimit": 400,
        "titleFontWeight": "normal",
    },
}


def __dir__() -> list[str]:
    return __all__
