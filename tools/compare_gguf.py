#!/usr/bin/env python3
"""Holds a GGUF file that Attune has written to what Python's `gguf` reads. Usage: compare_gguf.py FILE.gguf EXPECTED.json

EXPECTED.json is written by GgufWriterTest: {"metadata": {key: [type's name, value]}, "tensors": [{"name", "type", "shape", "values"}]},
shapes row-major, values as base64 of little-endian float32. Stored bytes are compared with what gguf itself makes of the values.

Prints what was compared, and each difference; ends with 1 if there is one.
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
            yield f"{tensor.name} lies at {tensor.data_offset}"
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
