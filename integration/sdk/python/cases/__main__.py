"""Runs the cases of a library: python cases LIBRARY OPERATION…

A library is a file here and a class in it, as in openai:Azure. Each operation is a
method of the class, and a case with each provider's models; what came of it is printed
as a line of JSON.
"""

import importlib
import json
import sys
import traceback

library, *operations = sys.argv[1:]
file, _, name = library.partition(":")
cases = getattr(importlib.import_module(f"{file}_cases"), name)()
for operation in operations:
    for provider in getattr(cases, "providers", {}).get(operation, ("openai", "anthropic", "gemini")):
        line = {"library": library, "operation": operation, "provider": provider}
        try:
            getattr(cases, operation)(provider)
        except BaseException as error:  # one case must not end the others
            line["error"] = f"{error!r:.1500}\n" + "".join(traceback.format_tb(error.__traceback__)[-4:])
        print(json.dumps(line), flush=True)
