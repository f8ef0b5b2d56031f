"""JSON Schemas of the files of a city, for editors: the models as they are, in draft 2020-12.

Only what the shape of one file says is in them: that a name refers to something is for ``iccc check``.
"""

from __future__ import annotations

import json
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import CoreSchema, DictSchema, NullableSchema, WithDefaultSchema

from iccc.city.model.assumptions import AssumptionsFile
from iccc.city.model.boq import BoqItemsFile, EstimateFile
from iccc.city.model.catalogue import Catalogue
from iccc.city.model.city import CityFile
from iccc.city.model.core import CoreFile
from iccc.city.model.failovers import FailoversFile
from iccc.city.model.governance import GovernanceFile
from iccc.city.model.holds import EvidenceHoldsFile
from iccc.city.model.lint import LintFile
from iccc.city.model.places import BusesFile, HotSpotsFile
from iccc.city.model.planning import ArchetypesFile, SurveyHeadsFile
from iccc.city.model.portals import PortalsFile
from iccc.city.model.published import PublishedFile
from iccc.city.model.rates import RateHeadsFile, RatesFile
from iccc.city.model.recorders import RecordersFile, ServersFile
from iccc.city.model.site import SiteFile
from iccc.city.model.third_party import ThirdPartyFile
from iccc.city.model.waivers import WaiversFile

_FILES: tuple[type[BaseModel], ...] = (
    CityFile,
    CoreFile,
    RecordersFile,
    ServersFile,
    SiteFile,
    GovernanceFile,
    PublishedFile,
    ThirdPartyFile,
    HotSpotsFile,
    BusesFile,
    WaiversFile,
    EvidenceHoldsFile,
    FailoversFile,
    Catalogue,
    AssumptionsFile,
    BoqItemsFile,
    EstimateFile,
    PortalsFile,
    LintFile,
    RatesFile,
    RateHeadsFile,
    ArchetypesFile,
    SurveyHeadsFile,
)


def _declares(model: type[BaseModel]) -> tuple[str, str]:
    """What ``schema:`` says in such a file, parted: ``("city", "v1")``."""
    name, _, version = str(get_args(model.model_fields["schema_"].annotation)[0]).partition("/")
    return name, version


KINDS: dict[str, type[BaseModel]] = {_declares(model)[0]: model for model in _FILES}


def file_name(kind: str) -> str:
    """``city-v1.json``."""
    return f"{'-'.join(_declares(KINDS[kind]))}.json"


def json_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind of file; KeyError for a kind that there is not."""
    return KINDS[kind].model_json_schema(by_alias=True, schema_generator=_Generator)


def written(schema: dict[str, Any]) -> str:
    """As it stands in a file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


class _Generator(GenerateJsonSchema):
    def generate(self, schema: CoreSchema, mode: Any = "validation") -> JsonSchemaValue:
        return {"$schema": self.schema_dialect, **_prefixes(super().generate(schema, mode))}

    def dict_schema(self, schema: DictSchema) -> JsonSchemaValue:
        """Keys that do not fit are refused; pydantic's own form lets them pass unseen."""
        keys = self.generate_inner(schema["keys_schema"])
        if keys.get("type") == "integer":
            keys = {"pattern": "^[0-9]+$"}  # keys are text in JSON, and bounds are not for text
        return {
            "type": "object",
            "propertyNames": keys,
            "additionalProperties": self.generate_inner(schema["values_schema"]),
        }

    def nullable_schema(self, schema: NullableSchema) -> JsonSchemaValue:
        """A key with nothing behind it is a mistake: who means nothing leaves the key out."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        """Without defaults that nobody writes: nothing, and whole mappings, whose fields have their own."""
        result = super().default_schema(schema)
        if schema.get("default") is None or isinstance(schema["default"], BaseModel):
            result.pop("default", None)
        return result


def _prefixes(part: Any) -> Any:
    """The same with a pattern for IPv4 prefixes: ``ipv4network`` is pydantic's word, no validator knows it."""
    if isinstance(part, list):
        return [_prefixes(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    if part.get("format") == "ipv4network":
        known = {key: value for key, value in part.items() if key != "format"}
        return {**known, "pattern": r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$"}
    return {key: _prefixes(inner) for key, inner in part.items()}
