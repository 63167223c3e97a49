"""Instructor, over the openai library."""

import instructor
import openai
from pydantic import BaseModel

from target import GATEWAY, KEY, model
from shared import PERSON


class Person(BaseModel):
    name: str
    age: int


class Instructor:
    def structured_output(self, provider):
        client = instructor.from_openai(
            openai.OpenAI(base_url=GATEWAY + "/openai/v1", api_key=KEY, max_retries=0, timeout=30),
            mode=instructor.Mode.JSON,
        )
        answer = client.chat.completions.create(
            model=model(provider), response_model=Person, max_retries=0, messages=[{"role": "user", "content": "Who is it?"}]
        )
        assert answer.model_dump() == PERSON
