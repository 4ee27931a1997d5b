"""The schema of config.yaml: keys from the noun, tables and indicators from the project."""

from indicators.config import Config, Pillar
from indicators.schema.known import Known
from indicators.schema.nouns import described, names, noun_schema, nullable, one_or_list, ref, schema_file
from indicators.schema.words import Schema, words_of_fields

TABLES = ("annotations", "sources", "corrections")
"""Keys that name a table."""


def config_schema(known: Known) -> Schema:
    """The schema of a project's config.yaml."""
    written, definitions = noun_schema(Config)
    words, indicators = words_of_fields(Config), one_or_list(ref("indicator"))
    own = dict.fromkeys(TABLES, nullable(ref("table"))) | {"headline": indicators}
    properties = written["properties"] | {key: described(words[key], schema) for key, schema in own.items()}
    definitions["Pillar"]["properties"]["charts"] = described(words_of_fields(Pillar)["charts"], indicators)
    definitions |= {
        "table": names(known.tables, known.all_tables),
        "indicator": names(known.indicators, known.all_indicators),
    }
    return schema_file(written | {"properties": properties}, definitions)
