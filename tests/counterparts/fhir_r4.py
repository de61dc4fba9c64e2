"""Validates FHIR with the models of `fhir.resources` (R4B, which has the same resources as R4 for all that is sent here).

Standard input: a list of Bundles. Prints a list with the faults of each.
"""

import json
import sys

from fhir.resources.R4B.bundle import Bundle
from pydantic import ValidationError


def faults(bundle):
    try:
        Bundle.model_validate(bundle)
    except ValidationError as error:
        return [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
    return []


if __name__ == "__main__":
    json.dump([faults(bundle) for bundle in json.load(sys.stdin)], sys.stdout)
