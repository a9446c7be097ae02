#!/usr/bin/env python3
"""Makes blocks of every tensor type that Attune reads from GGUF, and the values that Python's `gguf` reads from them.

    make_gguf_goldens.py OUT.json.gz [SEED]

types       by name: [blocks, values]: whole blocks, and the float32 values that gguf dequantises from them, both as
            base64 of little-endian bytes
quantised   by name: [values, blocks]: float32 values, and the blocks that gguf quantises them to

Blocks are random. Their scales are random too, or zero, subnormal, negative, the largest value, infinite, or NaN.
Needs the packages of tools/requirements.txt.
"""

import base64
import gzip
import json
import pathlib
import sys

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize, quantize

TYPES = "F32 F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K IQ4_NL MXFP4".split()

# offsets of the float16 scales in a block
SCALES = {
    "Q4_0": [0],
    "Q4_1": [0, 2],
    "Q5_0": [0],
    "Q5_1": [0, 2],
    "Q8_0": [0],
    "Q2_K": [80, 82],
    "Q3_K": [108],
    "Q4_K": [0, 2],
    "Q5_K": [0, 2],
    "Q6_K": [208],
    "IQ4_NL": [0],
}
# zero, the smallest and largest subnormal, the smallest normal, one, a third, the largest, infinity, NaN; both signs
HALVES = [sign | half for half in (0, 1, 0x3FF, 0x400, 0x3C00, 0x3555, 0x7BFF, 0x7C00, 0x7E00) for sign in (0, 0x8000)]
EXPONENTS = [0, 1, 2, 3, 126, 127, 128, 253, 254, 255]
WORDS = [0, 0x80000000, 1, 0x807FFFFF, 0x00800000, 0x7F7FFFFF, 0xFF7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00000]


def blocks(name, random):
    elements, size = GGML_QUANT_SIZES[GGMLQuantizationType[name]]
    if name == "F32":
        return np.concatenate([np.array(WORDS, "<u4"), random.integers(0, 1 << 32, 64, dtype="<u4")]).view(np.uint8)
    if name in ("F16", "BF16"):
        return np.concatenate([np.array(HALVES, "<u2"), random.integers(0, 1 << 16, 512, dtype="<u2")]).view(np.uint8)
    if name == "MXFP4":
        made = random.integers(0, 256, (len(EXPONENTS) + 8, size), dtype=np.uint8)
        made[: len(EXPONENTS), 0] = EXPONENTS
        return made.reshape(-1)
    made = random.integers(0, 256, (len(HALVES) + (8 if elements == 256 else 32), size), dtype=np.uint8)
    for place, offset in enumerate(SCALES[name]):
        extreme = np.roll(np.array(HALVES, "<u2"), 5 * place).view(np.uint8).reshape(-1, 2)
        made[: len(HALVES), offset : offset + 2] = extreme
        usual = (random.standard_normal(len(made) - len(HALVES)) * 0.01).astype("<f2").view(np.uint8).reshape(-1, 2)
        made[len(HALVES) :, offset : offset + 2] = usual
    return made.reshape(-1)


def values(random):
    """Rows of 32 values: ordinary, halves that need rounding, all equal, tiny, huge, zero, infinite, NaN."""
    rows = [random.standard_normal(32) * 10.0**power for power in range(-9, 6)]
    rows += [np.concatenate([[127.0], np.arange(31) - 15.5]), np.concatenate([[-254.0], 2 * np.arange(31) - 31.0])]
    rows += [np.zeros(32), np.full(32, -0.0), np.full(32, 3.0), np.eye(1, 32, 7)[0] * -5, np.eye(1, 32, 31)[0] * 1e-45]
    rows += [random.standard_normal(32) * 1e-39, random.standard_normal(32) * 1e-44, random.uniform(-1, 1, 32) * 3.4e38]
    rows += [np.where(np.arange(32) == 3, special, random.standard_normal(32)) for special in (np.inf, -np.inf, np.nan)]
    return np.concatenate(rows).astype("<f4")


def text(array):
    return base64.b64encode(array.tobytes()).decode()


def main():
    random = np.random.default_rng(int(sys.argv[2]) if len(sys.argv) > 2 else 11)
    golden = {"types": {}, "quantised": {}}
    with np.errstate(all="ignore"):
        for name in TYPES:
            made = blocks(name, random)
            read = dequantize(made, GGMLQuantizationType[name])
            golden["types"][name] = [text(made), text(read.astype("<f4", copy=False))]
        floats = values(random)
        for name in ("F16", "BF16", "Q8_0"):
            golden["quantised"][name] = [text(floats), text(quantize(floats, GGMLQuantizationType[name]))]
    out = pathlib.Path(sys.argv[1])
    out.parent.mkdir(parents=True, exist_ok=True)
    with open(out, "wb") as file, gzip.GzipFile("", "wb", 9, file, 0) as packed:
        packed.write(json.dumps(golden).encode())


if __name__ == "__main__":
    main()
