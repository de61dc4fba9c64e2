"""Validates Redox data model messages by the schemas that Redox published, as two editions of one package carry them.

Standard input: a list of messages. Prints a list of {edition, faults}: by `redox`, the newer edition; by `pyredox` where
the newer one has no such event; edition null where neither has.
"""

import importlib
import json
import sys

import pydantic


def event_of(edition, message):
    model, event = message["Meta"]["DataModel"], message["Meta"]["EventType"]
    name = "".join(word[:1].upper() + word[1:] for word in event.replace("-", " ").split())
    try:
        module = importlib.import_module(f"{edition}.{model.replace(' ', '').lower()}")
    except ModuleNotFoundError:
        return None
    return getattr(module, name, None)


def with_the_old_pydantic():
    """The newer pydantic has the old one inside; the older edition is to find it under its old name."""
    import pydantic.v1

    inner = "pydantic.v1"
    for name in [name for name in sys.modules if name == inner or name.startswith(f"{inner}.")]:
        sys.modules["pydantic" + name.removeprefix(inner)] = sys.modules[name]
    return pydantic.v1.ValidationError


def check(edition, invalid, messages, verdicts):
    for number, message in enumerate(messages):
        event = event_of(edition, message) if verdicts[number]["edition"] is None else None
        if event is None:
            continue
        verdict = verdicts[number] = {"edition": edition, "faults": []}
        try:
            event(**message)
        except invalid as error:
            verdict["faults"] = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]


messages = json.load(sys.stdin)
verdicts = [{"edition": None, "faults": []} for _ in messages]
check("redox", pydantic.ValidationError, messages, verdicts)
check("pyredox", with_the_old_pydantic(), messages, verdicts)
json.dump(verdicts, sys.stdout)
