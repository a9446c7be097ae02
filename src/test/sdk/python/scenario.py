"""The whole way of a fine-tuning script with openai-python: what it asks of OpenAI, asked of Attune by a changed base URL alone.

The same steps as in ../node/scenario.mjs and in JavaScenario. Environment: OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_ADMIN_KEY
(read by the SDK itself; permissions ask for the latter), ATTUNE_ROWS (a folder with train.jsonl and validation.jsonl), ATTUNE_RECEIVER (address that takes webhooks by POST and
lists them by GET).
"""

import csv
import hashlib
import io
import json
import os
import pathlib
import time
import urllib.request
import zipfile

import openai

SDK = "python"
MODEL = "attune-tales"
client = openai.OpenAI()
rows = pathlib.Path(os.environ["ATTUNE_ROWS"])
receiver = os.environ["ATTUNE_RECEIVER"] + "/" + SDK
begin = time.monotonic()


def step(text):
    print(f"{SDK} {time.monotonic() - begin:6.1f} s  {text}", flush=True)


def until(what, ask, enough, seconds=150):
    """Polls until the answer is enough, and returns it."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if enough(answer):
            return answer
        assert time.monotonic() < end, f"{what}: still {answer}"
        time.sleep(0.2)


def refused(error, code, call, param=None, words=""):
    """Calls what has to be refused so. The SDK's exception carries what OpenAI's error object says, and the request's id."""
    try:
        answer = call()
    except error as e:
        assert type(e) is error, e
        assert (e.code, e.param) == (code, param), (e.code, e.param, e)
        assert e.type and e.request_id, e
        assert words in str(e), e
    else:
        raise AssertionError(f"{code} was expected, not {answer}")


def job_of(job_id):
    return client.fine_tuning.jobs.retrieve(job_id)


def progress(job):
    return (job.model_extra["progress"] or {}).get("step", 0)


def stream(job_id, last_event_id=None):
    """The events as they come, by a plain HTTP client: (id, event) until the stream says that it is over."""
    headers = {"Authorization": "Bearer " + client.api_key, "Accept": "text/event-stream"}
    if last_event_id:
        headers["Last-Event-ID"] = last_event_id
    request = urllib.request.Request(f"{client.base_url}fine_tuning/jobs/{job_id}/events", headers=headers)
    with urllib.request.urlopen(request, timeout=150) as answer:
        assert answer.headers.get_content_type() == "text/event-stream", answer.headers
        fields = {}
        for line in answer:
            name, _, value = line.decode().rstrip("\r\n").partition(": ")
            if name:
                fields[name] = value
            elif fields.get("data") == "[DONE]":
                return
            elif "data" in fields:
                yield fields["id"], json.loads(fields["data"])
                fields = {}
    raise AssertionError("the stream ended without [DONE]")


print(f"openai-python {openai.__version__}", flush=True)

# --- a webhook endpoint, whose secret is shown once
endpoint = client.webhooks.create(
    name="the scenario of openai-python",
    url=receiver,
    event_types=["fine_tuning.job.succeeded", "fine_tuning.job.failed", "fine_tuning.job.cancelled"],
)
secret = endpoint.signing_secret
assert secret.startswith("whsec_"), secret
assert not hasattr(client.webhooks.retrieve(endpoint.id), "signing_secret")
assert endpoint.id in [other.id for other in client.webhooks.list(limit=1)]
step(f"webhook endpoint {endpoint.id}")

# --- files: in parts out of order, by the SDK's own chunks, in one piece
train = b"".join((rows / "train.jsonl").read_bytes().splitlines(keepends=True)[:48])
half = len(train) // 2
upload = client.uploads.create(bytes=len(train), filename="train.jsonl", mime_type="text/jsonl", purpose="fine-tune")
assert upload.status == "pending" and upload.bytes == len(train), upload
second = client.uploads.parts.create(upload.id, data=train[half:])
first = client.uploads.parts.create(upload.id, data=train[:half])
completed = client.uploads.complete(upload.id, part_ids=[first.id, second.id], md5=hashlib.md5(train).hexdigest())
training = completed.file
assert completed.status == "completed" and training.bytes == len(train) and training.purpose == "fine-tune", completed
assert client.files.content(training.id).read() == train
step(f"upload in two parts, the second first: {training.id}")

chunked = client.uploads.upload_file_chunked(
    file=rows / "validation.jsonl", mime_type="text/jsonl", purpose="fine-tune", part_size=2000
)
validation = chunked.file
assert client.files.content(validation.id).read() == (rows / "validation.jsonl").read_bytes()
step(f"upload_file_chunked: {validation.id}")

dropped = client.uploads.create(bytes=10, filename="never.jsonl", mime_type="text/jsonl", purpose="fine-tune")
part = client.uploads.parts.create(dropped.id, data=b"0123456789")
assert client.uploads.cancel(dropped.id).status == "cancelled"
refused(openai.BadRequestError, "upload_cancelled", lambda: client.uploads.complete(dropped.id, part_ids=[part.id]))
step("an upload cancelled")

short = client.files.create(
    file=("short.jsonl", train), purpose="fine-tune", expires_after={"anchor": "created_at", "seconds": 3600}
)
assert short.filename == "short.jsonl" and short.expires_at == short.created_at + 3600, short
assert client.files.wait_for_processing(short.id).status == "processed"
assert client.files.retrieve(short.id).bytes == len(train)
mine = [training.id, validation.id, short.id]
listed = [file.id for file in client.files.list(purpose="fine-tune", order="asc", limit=1)]
assert [file for file in listed if file in mine] == mine and len(set(listed)) == len(listed), listed
newest = client.files.list(purpose="fine-tune", limit=2).data
assert [file.id for file in newest] == [short.id, validation.id], newest
assert client.files.list(purpose="assistants").data == []
step(f"files.create with expires_after, files.list over {len(listed)} pages")

# --- what is refused, by the SDK's own exceptions
refused(openai.AuthenticationError, "invalid_api_key", lambda: openai.OpenAI(api_key="sk-of-nobody").models.list())
refused(openai.NotFoundError, "not_found", lambda: client.files.retrieve("file-nobody"))
refused(
    openai.BadRequestError,
    "invalid_file_format",
    lambda: client.files.create(file=("bad.jsonl", train + b'{"messages": "none"}\n'), purpose="fine-tune"),
    param="file",
    words="Line 49",
)


def create(**fields):
    return client.fine_tuning.jobs.create(**{"model": MODEL, "training_file": training.id, **fields})


refused(openai.NotFoundError, "model_not_found", lambda: create(model="nobody/nothing"), param="model")
refused(openai.BadRequestError, "invalid_file", lambda: create(training_file="file-nobody"), param="training_file")
refused(openai.BadRequestError, "unknown_parameter", lambda: create(extra_body={"n_epoch": 3}), param="n_epoch")
refused(openai.BadRequestError, "unsupported_method", lambda: create(method={"type": "dpo"}), param="method.type")
refused(
    openai.BadRequestError,
    "unsupported_integrations",
    lambda: create(integrations=[{"type": "wandb", "wandb": {"project": "mine"}}]),
    param="integrations",
)
grader = {"type": "string_check", "name": "n", "input": "a", "reference": "a", "operation": "eq"}
refused(
    openai.BadRequestError,
    "unsupported_graders",
    lambda: client.fine_tuning.alpha.graders.run(grader=grader, model_sample="a"),
)
refused(openai.BadRequestError, "unsupported_graders", lambda: client.fine_tuning.alpha.graders.validate(grader=grader))
permissions = client.fine_tuning.checkpoints.permissions
for call in (permissions.list, lambda checkpoint: permissions.create(checkpoint, project_ids=["proj_1"])):
    refused(openai.BadRequestError, "unsupported_checkpoint_permissions", lambda: call("ft:x:y:z:0"))
step("refusals: wrong key, unknown file, bad rows, unknown model, unknown field, dpo, integrations, graders, permissions")

# --- two jobs: one that will be paused and resumed, one that will be cancelled
job = create(
    validation_file=validation.id,
    suffix=SDK,
    seed=42,
    metadata={"sdk": SDK, "which": "kept"},
    method={
        "type": "supervised",
        "supervised": {
            "hyperparameters": {"n_epochs": 4, "batch_size": "auto", "learning_rate_multiplier": 5}
        },
    },
    extra_body={"training_type": {"type": "lora", "r": 4, "lora_alpha": 8}},
)
assert job.object == "fine_tuning.job" and job.status == "validating_files", job
assert job.seed == 42 and job.metadata == {"sdk": SDK, "which": "kept"}, job
assert job.fine_tuned_model is None and job.result_files == [] and job.finished_at is None, job
other = create(hyperparameters={"n_epochs": 50, "batch_size": 4}, metadata={"sdk": SDK, "which": "given up"})
assert other.hyperparameters.n_epochs == 50, other
step(f"jobs {job.id} and {other.id}")

running = until("running", lambda: job_of(job.id), lambda j: progress(j) >= 1)
assert running.status == "running" and running.estimated_finish, running
resolved = running.method.supervised.hyperparameters
assert (resolved.n_epochs, resolved.batch_size, resolved.learning_rate_multiplier) == (4, 8, 5), resolved
step("running, auto shown resolved")

client.fine_tuning.jobs.pause(job.id)
paused = until("paused", lambda: job_of(job.id), lambda j: j.status != "running")
assert paused.status == "paused" and paused.finished_at is None and paused.estimated_finish is None, paused
assert progress(paused) >= 1, paused
step(f"paused after step {progress(paused)}")

# the slot is free: the other job runs, and is cancelled
until("the other one runs", lambda: job_of(other.id), lambda j: j.status == "running")
cancelled = client.fine_tuning.jobs.cancel(other.id)
cancelled = until("cancelled", lambda: job_of(other.id), lambda j: j.status != "running")
assert cancelled.status == "cancelled" and cancelled.fine_tuned_model is None and cancelled.finished_at, cancelled
refused(openai.BadRequestError, "job_already_ended", lambda: client.fine_tuning.jobs.resume(other.id), words="cancelled")
step("the other job ran meanwhile, and was cancelled")

resumed = client.fine_tuning.jobs.resume(job.id)
assert resumed.status in ("queued", "running"), resumed
live = list(stream(job.id))
step(f"resumed, followed by SSE: {len(live)} events until [DONE]")
done = job_of(job.id)
assert done.status == "succeeded" and done.error is None and done.trained_tokens > 0 and done.finished_at, done

# --- events: pages and stream say the same
pages = list(client.fine_tuning.jobs.list_events(job.id, limit=5))
assert pages[0].message == "The job has successfully completed", pages[0]
assert [event.id for event in reversed(pages)] == [event_id for event_id, _ in live]
assert [event.message for event in reversed(pages)] == [event["message"] for _, event in live]
assert all(event.object == "fine_tuning.job.event" for event in pages)
metrics = [event.data for event in reversed(pages) if event.type == "metrics"]
assert [data["step"] for data in metrics if "train_loss" in data] == list(range(1, 25)), metrics
assert [event_id for event_id, _ in stream(job.id, last_event_id=live[-3][0])] == [live[-2][0], live[-1][0]]
step(f"{len(pages)} events in pages of 5, the same as streamed; the last two again by Last-Event-ID")

# --- checkpoints, results, artifact
checkpoints = list(client.fine_tuning.jobs.checkpoints.list(job.id, limit=1))
assert [checkpoint.step_number for checkpoint in checkpoints] == [24, 18, 12, 6], checkpoints
assert all(checkpoint.fine_tuning_job_id == job.id for checkpoint in checkpoints)
assert all(checkpoint.metrics.train_loss > 0 for checkpoint in checkpoints), checkpoints
step("4 checkpoints: " + checkpoints[0].fine_tuned_model_checkpoint)

results = list(csv.DictReader(io.StringIO(client.files.content(done.result_files[0]).text)))
steps = [int(row["step"]) for row in results if row["train_loss"]]
assert steps == list(range(1, 25)), steps
assert float(results[-1]["full_valid_loss"]) < float(results[0]["valid_loss"]), results
assert client.files.retrieve(done.result_files[0]).purpose == "fine-tune-results"
artifact = zipfile.ZipFile(io.BytesIO(client.files.content(done.model_extra["artifacts"][0]).read()))
assert sorted(artifact.namelist()) == ["README.md", "adapter_config.json", "adapter_model.safetensors"]
assert json.loads(artifact.read("adapter_config.json"))["r"] == 4
step("results of every step once, and a PEFT adapter")

# --- webhooks: the real deliveries, verified by the SDK
def delivered():
    with urllib.request.urlopen(receiver, timeout=10) as answer:
        return json.load(answer)


deliveries = until("webhooks", delivered, lambda list_: len(list_) >= 2)
events = [client.webhooks.unwrap(d["body"], d["headers"], secret=secret) for d in deliveries]
assert {(event.type, event.data.id) for event in events} == {
    ("fine_tuning.job.cancelled", other.id),
    ("fine_tuning.job.succeeded", job.id),
}, events
try:
    client.webhooks.unwrap(deliveries[0]["body"] + " ", deliveries[0]["headers"], secret=secret)
    raise AssertionError("a changed payload passed")
except openai.InvalidWebhookSignatureError:
    pass
assert client.webhooks.delete(endpoint.id).deleted
assert endpoint.id not in [other.id for other in client.webhooks.list()]
step("webhooks.unwrap verified both deliveries")

# --- lists with filters and pages
both = [j.id for j in client.fine_tuning.jobs.list(metadata={"sdk": SDK}, limit=1)]
assert both == [other.id, job.id], both
assert [j.id for j in client.fine_tuning.jobs.list(metadata={"sdk": SDK, "which": "kept"})] == [job.id]
assert job.id in [j.id for j in client.fine_tuning.jobs.list(limit=1)]
assert client.fine_tuning.jobs.list(metadata={"sdk": "none"}).data == []
step("jobs.list by metadata, page by page")

# --- models and deletion
tuned = done.fine_tuned_model
assert tuned.startswith(f"ft:{MODEL}:") and f":{SDK}:" in tuned, tuned
assert client.models.retrieve(tuned).id == tuned and client.models.retrieve(MODEL).object == "model"
assert {tuned, MODEL} <= {model.id for model in client.models.list()}
removed = client.models.delete(tuned)
assert removed.deleted and removed.id == tuned, removed
refused(openai.NotFoundError, "model_not_found", lambda: client.models.retrieve(tuned), param="model")
refused(openai.NotFoundError, "model_not_found", lambda: client.models.delete(tuned), param="model")
assert tuned not in [model.id for model in client.models.list()]
assert list(client.fine_tuning.jobs.checkpoints.list(job.id)) == []
for file in mine:
    assert client.files.delete(file).deleted
    refused(openai.NotFoundError, "not_found", lambda: client.files.retrieve(file))
assert not set(mine) & {file.id for file in client.files.list(purpose="fine-tune")}
step("model, checkpoints and files deleted")
print(f"openai-python {openai.__version__}: green", flush=True)
