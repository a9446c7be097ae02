"""Compares the tokens that Attune trains on with those of transformers. Usage: compare_tokens.py CASES.json

ReferenceTokensTest writes CASES.json, a list of {"folder": a folder with tokenizer.json and tokenizer_config.json,
"template": a chat template, "messages": [...], "trained": [indices of messages], "tools": [...] or null, "kwargs":
{...}, "marks_turns": true, "sequences": [{"ids": [...], "target": [...]}]}.

For each trained turn the script compares the next run of targets with apply_chat_template:

- The ids before the run are the ids of the conversation so far with add_generation_prompt.
- The targets are the ids that follow in the conversation with the turn, if the tokenizer merges nothing across the
  border.

If the template marks answers with {% generation %}, the targets are the tokens that return_assistant_tokens_mask
marks. Some templates mark one more line break, or begin the mark inside a token. "marks_turns": true says that the
template does neither.

Prints the number of comparisons, and each difference. Exit code 1 means that there is a difference.
"""
import collections
import json
import logging
import sys

from transformers import AutoTokenizer
from transformers.utils import logging as transformers_logging

transformers_logging.set_verbosity(logging.ERROR)

MOST_SHOWN = 20


def runs(sequences):
    """(sequence, first, end) of each run of targets."""
    found = []
    for number, sequence in enumerate(sequences):
        target = sequence["target"]
        start = None
        for i, flag in enumerate(target + [False]):
            if flag and start is None:
                start = i
            elif not flag and start is not None:
                found.append((number, start, i))
                start = None
    return found


class Comparison:
    def __init__(self):
        self.tokenizers = {}
        self.counts = collections.Counter()
        self.differences = []

    def tokenizer(self, folder):
        if folder not in self.tokenizers:
            self.tokenizers[folder] = AutoTokenizer.from_pretrained(folder)
        return self.tokenizers[folder]

    def differs(self, case, what, ours, theirs):
        self.differences.append(
            f"{case['folder']} {case['name']}: {what}\n  ours   {ours}\n  theirs {theirs}\n  {case['messages']}")

    def compare(self, case):
        tokenizer = self.tokenizer(case["folder"])

        def ids(messages, prompt, **more):
            return tokenizer.apply_chat_template(
                messages, tools=case["tools"], chat_template=case["template"], add_generation_prompt=prompt,
                return_dict=bool(more), **more, **case["kwargs"])

        def text(messages, prompt):
            return ids(messages, prompt, tokenize=False)

        sequences = case["sequences"]
        found = runs(sequences)
        if len(found) != len(case["trained"]):
            return self.differs(case, "turns", len(found), len(case["trained"]))
        self.counts["rows"] += 1
        for turn, (number, start, end) in zip(case["trained"], found):
            before, after = case["messages"][:turn], case["messages"][: turn + 1]
            prompt = ids(before, True)
            self.counts["turns"] += 1
            if sequences[number]["ids"][:start] != prompt:
                self.differs(case, f"prompt of message {turn}", sequences[number]["ids"][:start], prompt)
            if not text(after, False).startswith(text(before, True)):
                self.counts["turns whose reasoning the template drops"] += 1
                continue
            whole = ids(after, False)
            if whole[: len(prompt)] != prompt:
                self.counts["turns with a merged border"] += 1
                continue
            targets = sequences[number]["ids"][start:end]
            self.counts["targets compared"] += 1
            if whole[len(prompt) : len(prompt) + len(targets)] != targets:
                self.differs(case, f"targets of message {turn}", targets, whole[len(prompt) :])
        if "{% generation %}" in case["template"] and len(sequences) == 1 and len(case["trained"]) == case["answers"]:
            marked = ids(case["messages"], False, return_assistant_tokens_mask=True)
            length = len(sequences[0]["ids"])
            # transformers looks for the tokens of an answer's first and last character, which may not exist
            gives_back = tokenizer.decode(marked["input_ids"]) == text(case["messages"], False)
            if gives_back and marked["input_ids"][:length] == sequences[0]["ids"]:
                mask = [bool(flag) for flag in marked["assistant_masks"]]
                learned = [token for token, flag in zip(sequences[0]["ids"], sequences[0]["target"]) if flag]
                masked = [token for token, flag in zip(marked["input_ids"], mask) if flag]
                if not case["marks_turns"] and tokenizer.decode(learned) != tokenizer.decode(masked):
                    self.counts["masks of another range than the turns"] += 1
                    return
                self.counts["masks compared"] += 1
                if mask[:length] != sequences[0]["target"] or any(mask[length:]):
                    self.differs(case, "mask", sequences[0]["target"], mask)


def main():
    comparison = Comparison()
    with open(sys.argv[1], encoding="utf-8") as file:
        for case in json.load(file):
            comparison.compare(case)
    print(", ".join(f"{count} {what}" for what, count in sorted(comparison.counts.items())))
    print(f"{len(comparison.differences)} differences")
    for difference in comparison.differences[:MOST_SHOWN]:
        print(difference)
    sys.exit(1 if comparison.differences else 0)


if __name__ == "__main__":
    main()
