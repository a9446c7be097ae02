"""Python's part of benchmarks/rows: makes the rows, and measures Jinja2 and tokenizers on them.

rows_peer.py make MODEL-FOLDER ROWS-FILE COUNT
rows_peer.py measure MODEL-FOLDER ROWS-FILE SECONDS
"""

import json
import random
import sys
import time
from pathlib import Path

from tokenizers import Tokenizer
from transformers.utils.chat_template_utils import _compile_jinja_template

ROOT = Path(__file__).resolve().parent.parent
TOKENS = 200


class Model:
    """The tokenizer and template of a model folder. The template is compiled once, with transformers' variables."""

    def __init__(self, folder):
        config = json.loads((folder / "tokenizer_config.json").read_text())
        file = folder / "chat_template.jinja"
        self.template = _compile_jinja_template(file.read_text() if file.exists() else config["chat_template"])
        names = {name: config.get(name) for name in ("bos_token", "eos_token", "unk_token", "pad_token")}
        tokens = {name: token["content"] if isinstance(token, dict) else token for name, token in names.items()}
        self.variables = {name: token for name, token in tokens.items() if token is not None}
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def render(self, messages):
        return self.template.render(
            messages=messages, tools=None, documents=None, add_generation_prompt=False, **self.variables
        )

    def ids(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids


def texts():
    files = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("src/main/java/**/*.java")])
    return " ".join(file.read_text() for file in files).split(" ")


def rows(words, count, length):
    draw = random.Random(5)

    def piece():
        size = max(1, round(length * draw.uniform(0.5, 1.5)))
        start = draw.randrange(len(words) - size)
        return " ".join(words[start : start + size]).strip() or "Yes."

    roles = ("user", "assistant", "user", "assistant")
    return [{"messages": [{"role": role, "content": piece()} for role in roles]} for _ in range(count)]


def make(model, file, count):
    words = texts()
    length = 20.0
    for _ in range(4):  # finds the number of words that gives rows of about TOKENS tokens
        sample = rows(words, 300, length)
        tokens = sum(len(model.ids(model.render(row["messages"]))) for row in sample) / len(sample)
        length *= TOKENS / tokens
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(words, count, length)))


def microseconds(items, seconds, work):
    """Processor time for each item. Repeats the items for the given seconds, after a warm-up of the same length."""
    for _ in range(2):
        start = time.process_time()
        done = 0
        while time.process_time() < start + seconds:
            for item in items:
                work(item)
            done += len(items)
    return (time.process_time() - start) / done * 1e6


def turns(model, count):
    messages = []
    for i in range(count):
        messages += [{"role": "user", "content": f"And {i}?"}, {"role": "assistant", "content": f"It is {i + 1}."}]
    start = time.process_time()
    model.ids(model.render(messages))
    return time.process_time() - start


def measure(model, file, seconds):
    lines = file.read_text().splitlines()
    chats = [json.loads(line)["messages"] for line in lines]
    rendered = [model.render(chat) for chat in chats]
    everything = microseconds(lines, seconds, lambda line: model.ids(model.render(json.loads(line)["messages"])))
    figures = {
        "tokens": sum(len(model.ids(text)) for text in rendered) / len(rendered),
        "check_us": microseconds(lines, seconds, json.loads),
        "render_us": microseconds(chats, seconds, model.render),
        "encode_us": microseconds(rendered, seconds, model.ids),
        "rows_per_second": 1e6 / everything,
        "2000": turns(model, 2000),
        "4000": turns(model, 4000),
    }
    print(json.dumps(figures))


def main():
    command, folder, file, last = sys.argv[1:]
    model = Model(Path(folder))
    if command == "make":
        make(model, Path(file), int(last))
    else:
        measure(model, Path(file), float(last))


if __name__ == "__main__":
    main()
