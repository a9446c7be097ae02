"""Converts rows to the token ids and labels that Attune trains on, with transformers alone.

In a chat the targets are, for every assistant turn whose weight is not 0, all text that the template writes after the
generation prompt, up to and including the end-of-turn token. The text after that token is never a target. A row
{prompt, completion} is encoded as one text. Its targets are the tokens that reach into the completion, and an
end-of-text token.
"""

IGNORED = -100


def encode(tokenizer, row):
    """One row of a JSONL file -> (ids, labels). A label is IGNORED if its token is not a target."""
    if "messages" in row:
        return _chat(tokenizer, row)
    encoded = tokenizer(row["prompt"] + row["completion"], return_offsets_mapping=True)
    start = len(row["prompt"])
    labels = [
        token if b > start else IGNORED for token, (_, b) in zip(encoded["input_ids"], encoded["offset_mapping"])
    ]
    return encoded["input_ids"] + [tokenizer.eos_token_id], labels + [tokenizer.eos_token_id]


def _chat(tokenizer, row):
    messages = [_plain(message) for message in row["messages"]]

    def render(turns, **options):
        return tokenizer.apply_chat_template(turns, tools=row.get("tools"), tokenize=False, **options)

    text = render(messages)
    spans = []
    for i, message in enumerate(messages):
        if message["role"] != "assistant" or row["messages"][i].get("weight", 1) == 0:
            continue
        start = len(render(messages[:i], add_generation_prompt=True))
        upto = render(messages[: i + 1])
        end = upto.rfind(tokenizer.eos_token, start)
        if end < 0 or not text.startswith(upto[: end + len(tokenizer.eos_token)]):
            raise ValueError(f"turn {i} has no end of its own in this template")
        spans.append((start, end + len(tokenizer.eos_token)))
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    ids = encoded["input_ids"]
    labels = [
        token if any(start <= a and b <= end and a < b for start, end in spans) else IGNORED
        for token, (a, b) in zip(ids, encoded["offset_mapping"])
    ]
    return ids, labels


def _plain(message):
    message = {key: value for key, value in message.items() if key != "weight"}
    if message["role"] == "developer":
        message["role"] = "system"
    if isinstance(message.get("content"), list):
        message["content"] = "".join(part["text"] for part in message["content"])
    return message
