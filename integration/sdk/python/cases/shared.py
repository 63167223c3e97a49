"""What the cases of all libraries ask for and are answered with."""

import json

EVERY = ("openai", "anthropic", "gemini", "cohere", "bedrock")
PERSON = {"name": "Ada", "age": 36}
SOUND = b"ID3" + bytes(range(256)) * 8
VECTOR = [0.5, -0.25, 0.125, 0.0625]
WEATHER = "Paris has 21 degrees, Oslo has 9."


def arguments_name_paris(arguments):
    """A tool's arguments, as JSON or read already, ask for Paris."""
    if isinstance(arguments, str):
        arguments = json.loads(arguments)
    assert arguments == {"city": "Paris"}, arguments


def raises(error, call):
    """The call fails with just this kind of error."""
    try:
        answer = call()
        if not isinstance(answer, (str, dict)) and hasattr(answer, "__iter__"):
            list(answer)  # a stream may say only now that it failed
    except error:
        return
    raise AssertionError(f"no {error.__name__}")
