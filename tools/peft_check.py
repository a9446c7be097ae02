#!/usr/bin/env python3
"""Checks that Python's PEFT computes the validation loss that Attune reports, from a downloaded adapter.

Uploads the first --rows rows of a JSONL file as training data and its last --validation-rows as validation data.
Creates a LoRA job and waits for it, or uses an existing job (--job). Downloads the artifact and the results. Loads
the adapter with PEFT on the same base model in float32. Compares the loss over the validation rows with the job's
full_valid_loss. Exit code 0 means that both agree to --tolerance (relative), and that the adapter changed the model.
Needs torch, transformers and peft.

    peft_check.py --url http://127.0.0.1:8080 --key KEY --model smollm2 --base data/models/smollm2 --data rows.jsonl
"""

import argparse
import csv
import io
import json
import os
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
import zipfile

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", DO_NOT_TRACK="1")

from chat_targets import IGNORED, encode  # noqa: E402 (the environment comes first)


class Service:
    def __init__(self, url, key):
        self.url, self.key = url.rstrip("/") + "/v1", key

    def call(self, path, body=None, content_type="application/json"):
        request = urllib.request.Request(self.url + path, data=body, headers={"Authorization": f"Bearer {self.key}"})
        if body is not None:
            request.add_header("Content-Type", content_type)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            sys.exit(f"{path}: HTTP {error.code}: {error.read().decode(errors='replace')}")

    def get(self, path):
        return json.loads(self.call(path))

    def post(self, path, value):
        return json.loads(self.call(path, json.dumps(value).encode()))

    def upload(self, name, lines):
        boundary = uuid.uuid4().hex
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/jsonl\r\n\r\n"
        )
        body = head.encode() + "".join(line + "\n" for line in lines).encode() + f"\r\n--{boundary}--\r\n".encode()
        return json.loads(self.call("/files", body, f"multipart/form-data; boundary={boundary}"))["id"]

    def content(self, file):
        return self.call(f"/files/{file}/content")


def create(service, options, training, validation):
    job = service.post(
        "/fine_tuning/jobs",
        {
            "model": options.model,
            "training_file": service.upload("train.jsonl", training),
            "validation_file": service.upload("validation.jsonl", validation),
            "seed": 1,
            "training_type": {"type": "lora", "r": 8, "lora_alpha": 16},
            "method": {
                "type": "supervised",
                "supervised": {"hyperparameters": {"n_epochs": options.epochs, "batch_size": 8}},
            },
        },
    )
    return job["id"]


def wait(service, job_id, limit):
    begin, said = time.monotonic(), None
    while True:
        job = service.get(f"/fine_tuning/jobs/{job_id}")
        progress = job.get("progress") or {}
        state = (job["status"], progress.get("step"))
        if state != said:
            print(f"{time.monotonic() - begin:6.0f} s  {job['status']}  {progress.get('step', '')}", flush=True)
            said = state
        if job["status"] == "succeeded":
            return job
        if job["status"] in ("failed", "cancelled"):
            sys.exit(f"job {job_id} is {job['status']}: {json.dumps(job.get('error'))}")
        if time.monotonic() - begin > limit:
            sys.exit(f"job {job_id} is still {job['status']} after {limit} s")
        time.sleep(1)


def full_valid_loss(results):
    rows = list(csv.DictReader(io.StringIO(results.decode())))
    if not rows or not rows[-1].get("full_valid_loss"):
        sys.exit("the results file has no full_valid_loss in its last row")
    return float(rows[-1]["full_valid_loss"])


def peft_losses(base, adapter, lines):
    """Mean loss over all targets of the rows: (with the base model alone, with the adapter)."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base)
    rows = [encode(tokenizer, json.loads(line)) for line in lines]
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)

    @torch.inference_mode()
    def loss(of):
        of.eval()
        total, targets = 0.0, 0
        for ids, labels in rows:
            logits = of(input_ids=torch.tensor([ids])).logits[0, :-1].double()
            wanted = torch.tensor(labels[1:])
            total += torch.nn.functional.cross_entropy(logits, wanted, ignore_index=IGNORED, reduction="sum").item()
            targets += int((wanted != IGNORED).sum())
        return total / targets

    before = loss(model)
    return before, loss(PeftModel.from_pretrained(model, adapter))


def plain(row):
    """A chat's first question and answer as a row of prompt and completion."""
    first = {role: next(m["content"] for m in row["messages"] if m["role"] == role) for role in ("user", "assistant")}
    return json.dumps({"prompt": first["user"] + "\n", "completion": first["assistant"]})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--key", default=os.environ.get("ATTUNE_ADMIN_KEY"), help="default: ATTUNE_ADMIN_KEY")
    parser.add_argument("--model", required=True, help="name of the base model in the service")
    parser.add_argument("--base", required=True, help="folder of the base model, in Hugging Face layout")
    parser.add_argument("--data", required=True, help="JSONL file")
    parser.add_argument("--rows", type=int, default=192)
    parser.add_argument("--validation-rows", type=int, default=24)
    parser.add_argument("--plain", action="store_true", help="train on prompts and completions from the first turns")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--job", help="an existing job with the same validation rows")
    parser.add_argument("--timeout", type=int, default=1800, help="seconds to wait for the job")
    parser.add_argument("--tolerance", type=float, default=1e-3)
    options = parser.parse_args()
    if not options.key:
        parser.error("--key or ATTUNE_ADMIN_KEY is needed")
    with open(options.data, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file if line.strip()]
    if options.plain:
        lines = [plain(json.loads(line)) for line in lines]
    if options.rows + options.validation_rows > len(lines):
        parser.error(f"{options.data} has {len(lines)} rows, fewer than --rows and --validation-rows together")
    training, validation = lines[: options.rows], lines[-options.validation_rows :]

    service = Service(options.url, options.key)
    job_id = options.job or create(service, options, training, validation)
    print(f"job {job_id}: {len(training)} rows, {len(validation)} validation rows", flush=True)
    job = wait(service, job_id, options.timeout)
    attune = full_valid_loss(service.content(job["result_files"][0]))
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(io.BytesIO(service.content(job["artifacts"][0]))) as artifact:
            artifact.extractall(folder)
        before, peft = peft_losses(options.base, folder, validation)

    difference = abs(attune - peft) / abs(peft)
    print(f"validation loss of the base, by transformers  {before:.6f}")
    print(f"validation loss with the adapter, by Attune   {attune:.6f}")
    print(f"validation loss with the adapter, by PEFT     {peft:.6f}")
    print(f"relative difference                           {difference:.2e} (at most {options.tolerance:.0e})")
    if not difference <= options.tolerance:
        sys.exit("FAILED: Attune and PEFT disagree about the adapter")
    if abs(before - peft) / before < options.tolerance:
        sys.exit("FAILED: the adapter does not change the model")
    print("PASSED")


if __name__ == "__main__":
    main()
