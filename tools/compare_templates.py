"""Renders each chat template of a folder over difficult chats with Attune and with CPython's Jinja2 (set up as in
transformers), and prints the differences. If both fail, they count as equal.

    python tools/compare_templates.py FOLDER [--class-path PATH]

Files are templates (.jinja, .txt), or JSON with a key chat_template (also the list of named templates in
tokenizer_config.json). The class path has Attune's classes, its test classes and Jackson. Without it Maven compiles
them.
"""

import argparse
import itertools
import json
import pathlib
import subprocess
import sys
from datetime import datetime

import jinja2
import jinja2.ext
import jinja2.sandbox

NOW = datetime(2026, 7, 4, 9, 5, 3)
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}


class Generation(jinja2.ext.Extension):
    """The tag that marks the text of an assistant. It does not change the text."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_said"), [], [], body).set_lineno(line)

    def _said(self, caller):
        return caller()


def environment():
    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(
            value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
        )

    made = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    made.filters["tojson"] = tojson
    made.globals["raise_exception"] = raise_exception
    made.globals["strftime_now"] = NOW.strftime
    return made


# chats


def system(text, role="system"):
    return {"role": role, "content": text}


def user(text):
    return {"role": "user", "content": text}


def assistant(text, **more):
    return {"role": "assistant", "content": text, **more}


def call(name, arguments, identifier="call_1aB2c"):
    return {"id": identifier, "type": "function", "function": {"name": name, "arguments": arguments}}


def result(text, name="get_weather", identifier="call_1aB2c"):
    return {"role": "tool", "tool_call_id": identifier, "name": name, "content": text}


def parts(*texts):
    return [{"type": "text", "text": text} for text in texts]


WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tells the weather of a place.\nKnows <b>all</b> places & \"more\" – größte 🌍.",
        "parameters": {
            "type": "object",
            "properties": {
                "place": {"type": "string", "description": "City, country", "enum": ["Århus", "東京"]},
                "days": {"type": ["integer", "null"], "default": 1, "minimum": 0.5},
                "units": {"type": "array", "items": {"type": "string"}, "description": ""},
                "where": {
                    "type": "object",
                    "properties": {"lat": {"type": "number"}, "lon": {"type": "number"}},
                    "required": ["lat"],
                },
                "any": {"anyOf": [{"type": "string"}, {"type": "boolean"}]},
            },
            "required": ["place"],
        },
        "return": {"type": "string", "description": "The weather"},
    },
}
CLOCK = {
    "type": "function",
    "function": {"name": "clock", "description": "The time", "parameters": {"type": "object", "properties": {}}},
}
ARGUMENTS = {"place": "Århus", "days": 2, "units": ["C", "F"], "where": {"lat": 1.5, "lon": None}, "any": True}
AWKWARD = "  \tLine one\r\n\r\nline two  \n{{ not }} {% a %} <|im_end|> '\"\\ \u00a0\u2028 é\u0301 😀 </think> x  \n\n"

CHATS = {
    "empty": [],
    "user": [user("Hi")],
    "two turns": [user("Hi"), assistant("Hello!"), user("Bye"), assistant("See you.")],
    "system": [system("Be brief."), user("Hi"), assistant("Hello!"), user("Bye")],
    "developer": [system("Be brief.", "developer"), user("Hi"), assistant("Hello!")],
    "system twice": [system("One."), system("Two."), user("Hi"), assistant("Yo"), system("Three."), user("So?")],
    "system alone": [system("Be brief.")],
    "empty texts": [system(""), user(""), assistant(""), user("")],
    "awkward": [system(AWKWARD), user(AWKWARD), assistant(AWKWARD), user(AWKWARD)],
    "begins with assistant": [assistant("Welcome."), user("Hi"), assistant("So?")],
    "user twice": [user("a"), user("b"), assistant("c"), assistant("d"), user("e")],
    "parts": [system(parts("Be ", "brief.")), user(parts("Hi", " there\n")), assistant(parts("Hello")), user(parts())],
    "image": [user([{"type": "image"}, {"type": "text", "text": "What is it?"}]), assistant("A cat.")],
    "null content": [user("Hi"), assistant(None), user("So?")],
    "unknown role": [user("Hi"), {"role": "narrator", "content": "It rained."}, assistant("Yes.")],
    "reasoning": [
        user("1+1?"),
        assistant("2", reasoning_content="One and one.\n"),
        user("2+2?"),
        assistant("4", reasoning_content="Two and two."),
    ],
    "thinking": [user("1+1?"), assistant("2", thinking="Sum."), user("2+2?"), assistant("4", thinking="Sum.")],
    "think tags": [
        user("1+1?"),
        assistant("<think>\nOne and one.\n</think>\n\n2"),
        user("2+2?"),
        assistant("<think></think>4"),
    ],
    "call, empty content": [user("Weather?"), assistant("", tool_calls=[call("get_weather", ARGUMENTS)])],
    "call, null content": [
        system("Help."),
        user("Weather?"),
        assistant(None, tool_calls=[call("get_weather", ARGUMENTS)]),
        result('{"sky": "grå", "t": 20.0}'),
        assistant("It is grey."),
        user("Thanks"),
    ],
    "call, arguments as text": [
        user("Weather?"),
        assistant("Let me see.", tool_calls=[call("get_weather", json.dumps(ARGUMENTS))]),
        result("grey"),
    ],
    "two calls": [
        user("Weather and time?"),
        assistant("", tool_calls=[call("get_weather", {"place": "東京"}), call("clock", {}, "call_xY9z8")]),
        result("sunny"),
        result("noon", "clock", "call_xY9z8"),
        assistant("Sunny noon.", reasoning_content="Both are known."),
    ],
    "call with id of nine": [
        user("Weather?"),
        assistant("", tool_calls=[call("get_weather", {"place": "x"}, "abcdefghi")]),
        result("sunny", identifier="abcdefghi"),
        assistant("Sunny."),
        user("And?"),
    ],
    "call with reasoning": [
        user("Weather?"),
        assistant("Looking.", reasoning_content="I need it.", tool_calls=[call("get_weather", {"place": "x"})]),
        result({"sky": ["blue", None, 1.0]}),
    ],
    "result in parts": [user("Time?"), assistant("", tool_calls=[call("clock", {})]), result(parts("noon", "ish"))],
    "flat call": [
        user("Time?"),
        assistant("", tool_calls=[{"name": "clock", "arguments": {"a": 1}}]),
        {"role": "tool", "content": "noon"},
        {"role": "function", "name": "clock", "content": "noon"},
        {"role": "ipython", "content": "noon"},
    ],
    "empty calls": [user("Hi"), assistant("Hello", tool_calls=[]), user("Bye"), assistant("So", tool_calls=None)],
    "many": [turn for i in range(12) for turn in (user(f"question {i}"), assistant(f"answer {i}"))],
    "no content": [user("Hi"), {"role": "assistant", "tool_calls": [call("clock", {})]}, {"role": "tool"}],
}
TOOLS = {"no tools": None, "tools": [WEATHER, CLOCK], "empty tools": []}
SETTINGS = [{}, {"enable_thinking": True}, {"enable_thinking": False}]
EXTRAS = [
    {"documents": [{"title": "On cats", "text": "Cats sleep.", "contents": "Cats sleep."}]},
    {"custom_tools": [WEATHER], "date_string": "01 Jan 2025", "tools_in_user_message": False},
    {"builtin_tools": ["brave_search", "code_interpreter"], "reasoning_effort": "high"},
    {"reasoning_effort": "low", "thinking": True, "keep_past_thinking": True, "preserve_thinking": True},
    {"add_vision_id": True, "xml_tools": [json.dumps(CLOCK)], "python_tools": ["def f(): pass"]},
]


def contexts():
    def context(name, prompt, tools, settings):
        given = {"tools": tools, "documents": None, **settings}
        return {**TOKENS, **given, "messages": CHATS[name], "add_generation_prompt": prompt}

    for name, (kind, tools), prompt in itertools.product(CHATS, TOOLS.items(), (False, True)):
        for settings in SETTINGS if kind != "empty tools" else SETTINGS[:1]:
            yield f"{name}, {kind}, prompt {prompt}, {settings}", context(name, prompt, tools, settings)
    for name, settings in itertools.product(("system", "call, null content", "two calls"), EXTRAS):
        yield f"{name}, {settings}", context(name, True, [WEATHER], settings)


# both sides


def templates(folder):
    for path in sorted(pathlib.Path(folder).iterdir()):
        if not path.is_file() or "Dockerfile" in path.name:
            continue
        text = path.read_bytes().decode("utf-8")
        if path.suffix != ".json":
            yield path.name, text
            continue
        found = json.loads(text).get("chat_template")
        named = found if isinstance(found, list) else [{"name": "", "template": found}]
        for entry in named:
            if isinstance(entry["template"], str):
                yield f"{path.name} {entry['name']}".strip(), entry["template"]


def class_path():
    command = ["mvn", "-o", "-q", "-B", "test-compile", "dependency:build-classpath"]
    listed = pathlib.Path("target/test.classpath")
    subprocess.run([*command, f"-Dmdep.outputFile={listed}", "-Dmdep.includeScope=test"], check=True)
    return f"target/test-classes:target/classes:{listed.read_text().strip()}"


class Attune:
    def __init__(self, path):
        main = "io.attune.text.template.RenderMain"
        self.process = subprocess.Popen(
            ["java", "-cp", path, main], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def render(self, template, context):
        asked = {"template": template, "context": context, "now": NOW.isoformat()}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return answer.get("text"), answer.get("error")


def jinja(compiled, context):
    if isinstance(compiled, Exception):
        return None, f"does not compile: {compiled}"
    try:
        return compiled.render(**context), None
    except Exception as e:  # a template can raise anything
        return None, f"{type(e).__name__}: {e}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder")
    arguments.add_argument("--class-path")
    given = arguments.parse_args()
    attune = Attune(given.class_path or class_path())
    made = environment()
    checked = list(contexts())
    equal = failed = different = count = rendering = 0
    for name, template in templates(given.folder):
        count += 1
        wrong = 0
        rendered = equal
        try:
            compiled = made.from_string(template)
        except Exception as e:
            compiled = e
        for title, context in checked:
            theirs, their_error = jinja(compiled, context)
            ours, our_error = attune.render(template, context)
            if their_error and our_error:
                failed += 1
            elif theirs == ours:
                equal += 1
            else:
                wrong += 1
                if wrong <= 3:
                    print(f"{name}: {title}\n  Jinja2 {theirs!r} {their_error}\n  Attune {ours!r} {our_error}")
        different += wrong
        rendering += equal > rendered
        if equal == rendered:
            print(f"{name}: renders no chat in both")
        if wrong:
            print(f"{name}: {wrong} of {len(checked)} differ")
    print(f"{count} templates ({rendering} render), {len(checked)} chats each: {equal} equal, {failed} fail in both, {different} differ")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
