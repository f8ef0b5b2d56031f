"""``validate``: one ONVIF message against its XML schema.

Device, Media v1, Imaging, PTZ, Analytics, Recording, Receiver, Search and Replay come from the WSDL files that
onvif-zeep ships (2.4.2, official). It ships no Media2: ``media2.xsd`` and ``media2_types.xsd`` beside this file were
written from the specification for the messages that are used here, and so were what is younger in Analytics
(``analytics.xsd``, ``motion_region.xsd``) and the SOAP 1.2 ``Fault``. lxml cannot compile the ONVIF types, xmlschema
can.
"""

from __future__ import annotations

import importlib.util
import tempfile
import warnings
from functools import cache
from pathlib import Path

import xmlschema
from lxml import etree

HERE = Path(__file__).parent
XS = "{http://www.w3.org/2001/XMLSchema}"
ENV = "http://www.w3.org/2003/05/soap-envelope"
TT = "http://www.onvif.org/ver10/schema"
WSDL_OF = {
    "http://www.onvif.org/ver10/device/wsdl": "devicemgmt.wsdl",
    "http://www.onvif.org/ver10/media/wsdl": "media.wsdl",
    "http://www.onvif.org/ver20/imaging/wsdl": "imaging.wsdl",
    "http://www.onvif.org/ver20/ptz/wsdl": "ptz.wsdl",
    "http://www.onvif.org/ver20/analytics/wsdl": "analytics.wsdl",
    "http://www.onvif.org/ver10/recording/wsdl": "recording.wsdl",
    "http://www.onvif.org/ver10/receiver/wsdl": "receiver.wsdl",
    "http://www.onvif.org/ver10/search/wsdl": "search.wsdl",
    "http://www.onvif.org/ver10/replay/wsdl": "replay.wsdl",
}
AXT = "http://www.onvif.org/ver20/analytics"
TR2 = "http://www.onvif.org/ver20/media/wsdl"
OWN = (  # written here; analytics.xsd includes the official one of its name space
    (TR2, "media2.xsd"),
    (AXT, "motion_region.xsd"),
    ("http://www.onvif.org/ver20/analytics/wsdl", "analytics.xsd"),
    (ENV, "soap12_fault.xsd"),
)
KNOWN = (*WSDL_OF, TR2, ENV)


def validate(body_xml: bytes) -> list[str]:
    """What is wrong with a message, one line for each mistake; ``[]`` when it is valid.

    ``body_xml`` is a whole SOAP 1.2 envelope (its Body is checked) or the element inside the Body.
    """
    root = etree.fromstring(body_xml)
    if root.tag == f"{{{ENV}}}Envelope":
        body = root.find(f"{{{ENV}}}Body")
        if body is None or len(body) != 1:
            return ["the envelope has no Body with one element"]
        root = etree.fromstring(etree.tostring(body[0], with_tail=False))
    namespace = etree.QName(root).namespace
    if namespace not in KNOWN:
        return [f"no schema for {namespace}"]
    return [f"{error.path}: {error.reason}" for error in _schema().iter_errors(root)]


def wsdl_dir() -> Path:
    """The folder of the WSDL files of onvif-zeep."""
    spec = importlib.util.find_spec("onvif")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent.parent / "wsdl"


@cache
def _schema() -> xmlschema.XMLSchema11:
    """All schemas as one, compiled once in a process (about a second)."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        types = work / "types.xsd"
        types.write_text(_filled("media2_types.xsd"), encoding="utf-8")
        parts = {TT: types}
        for namespace, file in WSDL_OF.items():
            parts[namespace] = work / f"{file}.xsd"
            parts[namespace].write_bytes(_embedded(wsdl_dir() / file, types))
        for namespace, file in OWN:
            parts[namespace] = work / file
            parts[namespace].write_text(_filled(file), encoding="utf-8")
        imports = "".join(
            f'<xs:import namespace="{namespace}" schemaLocation="{path.as_uri()}"/>'
            for namespace, path in parts.items()
        )
        whole = f'<xs:schema xmlns:xs="{XS[1:-1]}" targetNamespace="urn:oracle">{imports}</xs:schema>'
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", xmlschema.XMLSchemaTypeTableWarning)  # of the official files themselves
            return xmlschema.XMLSchema11(whole, base_url=work.as_uri(), allow="local")


def _filled(file: str) -> str:
    text = (HERE / file).read_text(encoding="utf-8")
    text = text.replace('"ONVIF_XSD"', f'"{(wsdl_dir() / "onvif.xsd").as_uri()}"')
    return text.replace('"XML_XSD"', f'"{(wsdl_dir() / "xml.xsd").as_uri()}"')


def _embedded(wsdl: Path, types: Path) -> bytes:
    """The schema inside a WSDL file, with its import of the ONVIF types turned to ours, which include them."""
    schema = etree.parse(wsdl).find(f".//{XS}schema")
    assert schema is not None
    for imported in schema.iter(f"{XS}import"):
        if imported.get("namespace") == TT:
            imported.set("schemaLocation", types.as_uri())
    return etree.tostring(schema)
