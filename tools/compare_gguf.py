#!/usr/bin/env python3
"""Compares a GGUF file that Attune has written with Python's `gguf`. Usage: compare_gguf.py FILE.gguf EXPECTED.json

GgufWriterTest writes EXPECTED.json: {"metadata": {key: [type's name, value]}, "tensors": [{"name", "type", "shape",
"values"}]}. Shapes are row-major. Values are base64 of little-endian float32. The script compares the stored bytes
with the bytes that gguf itself makes of the values.

Prints the number of compared keys and tensors, and each difference. Exit code 1 means that there is a difference.
"""

import base64
import json
import sys

import numpy as np
from gguf import GGMLQuantizationType, GGUFReader
from gguf.quants import quantize


def differences(reader, expected):
    keys = [key for key in reader.fields if not key.startswith("GGUF.")]
    if keys != list(expected["metadata"]):
        yield f"keys {keys}"
    for key, (type_name, value) in expected["metadata"].items():
        field = reader.fields[key]
        types = [type.name for type in field.types]
        if types != type_name.split():
            yield f"{key}: {types}, not {type_name}"
        read = field.contents()
        if "FLOAT32" in types:
            value = np.array(value, np.float32).tolist()
        if read != value:
            yield f"{key}: {read!r}, not {value!r}"
    if [tensor.name for tensor in reader.tensors] != [tensor["name"] for tensor in expected["tensors"]]:
        yield f"tensors {[tensor.name for tensor in reader.tensors]}"
    for tensor, wanted in zip(reader.tensors, expected["tensors"]):
        if tensor.tensor_type.name != wanted["type"] or tensor.shape.tolist()[::-1] != wanted["shape"]:
            yield f"{tensor.name}: {tensor.tensor_type.name} {tensor.shape}"
        if tensor.data_offset % 32 != 0:
            yield f"{tensor.name} is at offset {tensor.data_offset}"
        values = np.frombuffer(base64.b64decode(wanted["values"]), "<f4").reshape(wanted["shape"])
        made = quantize(values, GGMLQuantizationType[wanted["type"]])
        if made.tobytes() != tensor.data.tobytes():
            yield f"{tensor.name}: other bytes than gguf's"


def main():
    reader = GGUFReader(sys.argv[1])
    expected = json.load(open(sys.argv[2]))
    found = list(differences(reader, expected))
    print(f"{len(expected['metadata'])} keys and {len(expected['tensors'])} tensors, {len(found)} differences")
    print("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
