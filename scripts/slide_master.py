"""The city's slide master, data/templates/paparan.pptx: `python -m scripts.slide_master`.

Made from the empty presentation of python-pptx with our own theme, master and two layouts; the same program writes the
same bytes.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pptx

from ipsm_analytics.views import style

TARGET = Path(__file__).resolve().parent.parent / "data" / "templates" / "paparan.pptx"
SOURCE = Path(pptx.__file__).parent / "templates" / "default.pptx"
EPOCH = (1980, 1, 1, 0, 0, 0)
WIDTH, HEIGHT = 12_192_000, 6_858_000
ACCENTS = (style.TEAL, style.AMBER, *style.GROUP_COLOURS.values())[:6]
NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
Box = tuple[float, float, float, float]
"""Left, top, width and height in inches."""
UNWANTED = re.compile(
    r"slideLayouts/(?:_rels/)?slideLayout(?:[3-9]|1[01])\.xml|printerSettings|thumbnail\.jpeg|docProps/app\.xml"
)


def main() -> None:
    """Writes the template."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(SOURCE) as source:
        parts = {name: source.read(name) for name in source.namelist() if not UNWANTED.search(name)}
    parts |= {name: text.encode() for name, text in _own(parts).items()}
    with zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    print(f"{TARGET}: {TARGET.stat().st_size} byte")


def _own(parts: dict[str, bytes]) -> dict[str, str]:
    """The parts that are ours, by name."""
    listed = {name: parts[name].decode() for name in ("[Content_Types].xml", "_rels/.rels", "ppt/_rels/presentation.xml.rels")}
    references = re.compile(r"<(?:Override|Relationship)\b[^>]*/>")
    kept = {
        name: references.sub(lambda found: "" if UNWANTED.search(found[0]) else found[0], text) for name, text in listed.items()
    }
    presentation = re.sub(r"<p:sldSz[^>]*/>", f'<p:sldSz cx="{WIDTH}" cy="{HEIGHT}"/>', parts["ppt/presentation.xml"].decode())
    return {
        **kept,
        "ppt/presentation.xml": presentation,
        "ppt/theme/theme1.xml": _theme(parts["ppt/theme/theme1.xml"].decode()),
        "ppt/slideMasters/slideMaster1.xml": _master(),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _relations(
            ("slideLayout", "../slideLayouts/slideLayout1.xml"),
            ("slideLayout", "../slideLayouts/slideLayout2.xml"),
            ("theme", "../theme/theme1.xml"),
        ),
        "ppt/slideLayouts/slideLayout1.xml": _title_layout(),
        "ppt/slideLayouts/slideLayout2.xml": _content_layout(),
    }


def _theme(text: str) -> str:
    colours = {"dk1": style.TEXT, "lt1": "#FFFFFF", "dk2": style.NAVY, "lt2": style.PAPER}
    colours |= {f"accent{place + 1}": colour for place, colour in enumerate(ACCENTS)}
    colours |= {"hlink": "#0072B2", "folHlink": style.MUTED}
    scheme = "".join(f'<a:{name}><a:srgbClr val="{colour[1:]}"/></a:{name}>' for name, colour in colours.items())
    text = re.sub(
        r"<a:clrScheme.*</a:clrScheme>", f'<a:clrScheme name="Kota Makassar">{scheme}</a:clrScheme>', text, flags=re.DOTALL
    )
    font = '<a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/>'
    fonts = f'<a:fontScheme name="Arial"><a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme>'
    text = re.sub(r"<a:fontScheme.*</a:fontScheme>", fonts, text, flags=re.DOTALL)
    return text.replace('name="Office Theme"', 'name="Paparan Kota Makassar"')


def _relations(*targets: tuple[str, str]) -> str:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    lines = "".join(
        f'<Relationship Id="rId{place + 1}" Type="{kind}/{name}" Target="{target}"/>'
        for place, (name, target) in enumerate(targets)
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'


def _frame(box: Box) -> str:
    left, top, width, height = (round(914_400 * value) for value in box)
    return f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'


def _fill(colour: str) -> str:
    return f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill>' if colour else "<a:noFill/>"


def _level(size: float, colour: str, align: str, *, bold: bool, bullet: bool) -> str:
    """How the first level of a text looks."""
    indent = ' marL="228600" indent="-228600"' if bullet else ' marL="0" indent="0"'
    mark = '<a:buFont typeface="Arial"/><a:buChar char="•"/>' if bullet else "<a:buNone/>"
    space = '<a:spcBef><a:spcPts val="600"/></a:spcBef>' if bullet else '<a:spcBef><a:spcPts val="0"/></a:spcBef>'
    return (
        f'<a:lvl1pPr{indent} algn="{align}">{space}{mark}'
        f'<a:defRPr sz="{round(100 * size)}" b="{int(bold)}">{_fill(colour)}</a:defRPr></a:lvl1pPr>'
    )


def _placeholder(
    number: int,
    name: str,
    kind: str,
    box: Box,
    prompt: str,
    size: float,
    *,
    colour: str = "tx1",
    align: str = "l",
    anchor: str = "t",
    bold: bool = False,
    bullet: bool = False,
    fill: str = "",
) -> str:
    """One placeholder; `kind` is what stands in p:ph."""
    shown = '<a:fld id="{C1FF6DA9-008F-8B48-92A6-B652298478BF}" type="slidenum"><a:rPr lang="id-ID"/><a:t>‹#›</a:t></a:fld>'
    run = shown if 'type="sldNum"' in kind else f'<a:r><a:rPr lang="id-ID"/><a:t>{prompt}</a:t></a:r>'
    custom = "" if re.search(r'type="(?:title|ctrTitle|subTitle|ftr|sldNum)"', kind) else ' hasCustomPrompt="1"'
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f"<p:nvPr><p:ph {kind}{custom}/></p:nvPr></p:nvSpPr>"
        f'<p:spPr>{_frame(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{_fill(fill)}</p:spPr>'
        f'<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"><a:noAutofit/></a:bodyPr>'
        f"<a:lstStyle>{_level(size, colour, align, bold=bold, bullet=bullet)}</a:lstStyle><a:p>{run}</a:p></p:txBody></p:sp>"
    )


def _bar(number: int, name: str, box: Box, colour: str) -> str:
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr>{_frame(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{_fill(colour)}'
        "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )


def _logo(number: int, box: Box, colour: str) -> str:
    """The name of the office where a logo can be put on the master."""
    lines = "".join(
        f'<a:p><a:pPr algn="r"/><a:r><a:rPr lang="id-ID" sz="1400" b="{bold}">{_fill(colour)}</a:rPr>'
        f"<a:t>{text}</a:t></a:r></a:p>"
        for text, bold in (("Pemerintah Kota", 0), ("Makassar", 1))
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Logo" descr="Tempat logo kota: ganti dengan gambar"/>'
        f'<p:cNvSpPr txBox="1"/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr>{_frame(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
        f'<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:noAutofit/></a:bodyPr>'
        f"{lines}</p:txBody></p:sp>"
    )


def _tree(shapes: Sequence[str]) -> str:
    group = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    return f"<p:spTree>{group}{''.join(shapes)}</p:spTree>"


def _master() -> str:
    shapes = (
        _placeholder(2, "Judul", 'type="title"', (0.5, 0.3, 10.6, 0.95), "Judul", 28, colour="tx2", anchor="ctr", bold=True),
        _placeholder(3, "Isi", 'type="body" idx="1"', (0.5, 1.5, 12.33, 4.7), "Isi", 18, bullet=True),
        _placeholder(4, "Sumber", 'type="ftr" sz="quarter" idx="3"', (0.5, 6.42, 7.8, 0.78), "Sumber", 14),
        _placeholder(5, "Nomor", 'type="sldNum" sz="quarter" idx="4"', (11.2, 6.94, 0.5, 0.26), "", 14, align="r"),
    )
    styles = "".join(
        f"<p:{name}>{_level(size, colour, 'l', bold=bold, bullet=bullet)}</p:{name}>"
        for name, size, colour, bold, bullet in (
            ("titleStyle", 28, "tx2", True, False),
            ("bodyStyle", 18, "tx1", False, True),
            ("otherStyle", 14, "tx1", False, False),
        )
    )
    names = ("bg1", "lt1"), ("tx1", "dk1"), ("bg2", "lt2"), ("tx2", "dk2")
    same = [(name, name) for name in (*(f"accent{place}" for place in range(1, 7)), "hlink", "folHlink")]
    mapping = " ".join(f'{name}="{colour}"' for name, colour in (*names, *same))
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<p:sldMaster {NAMESPACES}><p:cSld>'
        f'<p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>{_tree(shapes)}</p:cSld>'
        f'<p:clrMap {mapping}/><p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/>'
        f'<p:sldLayoutId id="2147483650" r:id="rId2"/></p:sldLayoutIdLst><p:txStyles>{styles}</p:txStyles></p:sldMaster>'
    )


def _layout(name: str, kind: str, shapes: Sequence[str]) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<p:sldLayout {NAMESPACES}{kind} preserve="1" userDrawn="1">'
        f'<p:cSld name="{name}">{_tree(shapes)}</p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>'
    )


def _foot() -> tuple[str, ...]:
    """What repeats below every slide."""
    return (
        _placeholder(20, "Sumber", 'type="body" sz="quarter" idx="18"', (0.5, 6.42, 7.8, 0.78), "Sumber dan batas data", 14),
        _placeholder(21, "Nomor", 'type="sldNum" sz="quarter" idx="12"', (11.2, 6.94, 0.5, 0.26), "", 14, align="r"),
        _placeholder(22, "Bekuan", 'type="body" sz="quarter" idx="14"', (8.5, 6.94, 2.6, 0.26), "Kode bekuan", 14, align="r"),
        _placeholder(23, "Paspor", 'type="body" sz="quarter" idx="16"', (8.5, 6.42, 3.2, 0.48), "Kode paspor", 14, align="r"),
        _placeholder(24, "QR", 'type="pic" sz="quarter" idx="17"', (11.9, 6.3, 0.93, 0.93), "QR", 14),
    )


def _mark(number: int, box: tuple[float, float, float, float]) -> str:
    """Where DATA CONTOH stands."""
    look = 'type="body" sz="quarter" idx="15"'
    return _placeholder(number, "Tanda", look, box, "", 14, align="ctr", anchor="ctr", bold=True, fill="accent2")


def _title_layout() -> str:
    mark = (10.9, 4.3, 1.93, 0.36)
    return _layout(
        "Judul",
        ' type="title"',
        (
            _bar(2, "Bidang", (0, 0, 13.3334, 4.0), "tx2"),
            _bar(3, "Garis", (0, 4.0, 13.3334, 0.08), "accent1"),
            _logo(4, (10.6, 0.35, 2.23, 0.55), "bg1"),
            _placeholder(
                5, "Judul", 'type="ctrTitle"', (0.5, 1.1, 12.33, 2.6), "Judul rakor", 40, colour="bg1", anchor="b", bold=True
            ),
            _placeholder(6, "Keterangan", 'type="subTitle" idx="1"', (0.5, 4.3, 10.2, 1.95), "Tempat dan periode", 20),
            _mark(7, mark),
            *_foot(),
        ),
    )


def _content_layout() -> str:
    mark = (11.23, 0.88, 1.6, 0.34)
    return _layout(
        "Isi",
        "",
        (
            _bar(2, "Garis judul", (0.5, 1.3, 12.3334, 0.03), "accent1"),
            _bar(3, "Garis kaki", (0.5, 6.27, 11.2, 0.012), "accent1"),
            _logo(4, (11.23, 0.34, 1.6, 0.5), "tx2"),
            _placeholder(
                5, "Judul", 'type="title"', (0.5, 0.3, 10.6, 0.95), "Pesan slide", 28, colour="tx2", anchor="ctr", bold=True
            ),
            _placeholder(6, "Gambar", 'idx="1"', (0.5, 1.5, 8.0, 4.62), "Gambar, grafik, atau tabel", 18, bullet=True),
            _placeholder(7, "Butir", 'type="body" sz="half" idx="13"', (8.8, 1.5, 4.03, 4.62), "Butir", 18, bullet=True),
            _mark(8, mark),
            *_foot(),
        ),
    )


if __name__ == "__main__":
    main()
