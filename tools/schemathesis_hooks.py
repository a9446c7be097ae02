"""Hooks of Schemathesis. With them most requests name existing objects, so that operations succeed as well as fail.

ATTUNE_SEEDS is a JSON file from the test that runs Schemathesis: url (with /v1), key, model, and lists of ids that the
test has put into the database, because only a worker could create them. ATTUNE_ANSWERS is the file for the counts of
answers. ATTUNE_ERRORS is the file for answers with a server error. The hooks write it only if there is such an answer.
"""

import atexit
import collections
import json
import os
import random
import urllib.error
import urllib.parse
import urllib.request
import uuid

import requests
import schemathesis

with open(os.environ["ATTUNE_SEEDS"], encoding="utf-8") as seeds:
    SEEDS = json.load(seeds)
RANDOM = random.Random(SEEDS["seed"])
# share of the requests with well-formed ids that name an existing object
SHARE = 0.8
ROWS = b"".join(
    b'{"messages": [{"role": "user", "content": "Say %d."}, {"role": "assistant", "content": "%d"}]}\n' % (n, n)
    for n in range(12)
)
# operation -> status -> count
ANSWERS = collections.defaultdict(collections.Counter)


@atexit.register
def write_answers():
    with open(os.environ["ATTUNE_ANSWERS"], "w", encoding="utf-8") as file:
        json.dump(ANSWERS, file)


def send(method, path, body=None, content_type="application/json"):
    """The service's answer as JSON. If the service refuses the call, these hooks have an error."""
    request = urllib.request.Request(SEEDS["url"] + path, data=body, method=method)
    request.add_header("Authorization", "Bearer " + SEEDS["key"])
    if body is not None:
        request.add_header("Content-Type", content_type)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode()}") from error


def post(path, **fields):
    return send("POST", path, json.dumps(fields).encode())


def multipart(path, field, content, **fields):
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="rows.jsonl"\r\n\r\n'.encode()
        + content
        + f"\r\n--{boundary}--\r\n".encode()
    )
    return send("POST", path, b"".join(parts), f"multipart/form-data; boundary={boundary}")


def new_file():
    return multipart("/files", "file", ROWS, purpose="fine-tune")["id"]


FILES = [new_file() for _ in range(3)]


def living_file():
    """A file that no earlier request has deleted."""
    place = RANDOM.randrange(len(FILES))
    try:
        send("GET", f"/files/{FILES[place]}")
    except RuntimeError:
        FILES[place] = new_file()
    return FILES[place]


def new_job():
    return post("/fine_tuning/jobs", model=SEEDS["model"], training_file=living_file())["id"]


def new_upload():
    return post(
        "/uploads", filename="rows.jsonl", purpose="fine-tune", bytes=len(ROWS), mime_type="application/jsonl"
    )["id"]


def new_part(upload):
    return multipart(f"/uploads/{upload}/parts", "data", ROWS)["id"]


def new_endpoint():
    # a project may have 100 endpoints; no process listens on this port of this machine
    present = send("GET", "/webhook_endpoints?limit=100")["data"]
    for endpoint in present if len(present) > 90 else []:
        send("DELETE", "/webhook_endpoints/" + endpoint["id"])
    return post("/webhook_endpoints", url="http://127.0.0.1:9/", name="seeded")["id"]


def any_job():
    return RANDOM.choice([*SEEDS["jobs"], new_job()])


def any_file():
    return RANDOM.choice([living_file(), *SEEDS["files"]])


def paused_job():
    job = new_job()
    send("POST", f"/fine_tuning/jobs/{job}/pause")
    return job


def checkpoint():
    job, name = RANDOM.choice(SEEDS["checkpoints"])
    return {"fine_tuning_job_id": job, "checkpoint_id": name}


def deletable_model():
    return SEEDS["models"].pop() if len(SEEDS["models"]) > 1 else SEEDS["models"][0]


# operation -> path parameters that name an existing object, in the state that the operation needs
PATHS = {
    "retrieveFile": lambda: {"file_id": any_file()},
    "downloadFile": lambda: {"file_id": any_file()},
    "deleteFile": lambda: {"file_id": new_file()},
    "addUploadPart": lambda: {"upload_id": new_upload()},
    "completeUpload": lambda: {"upload_id": new_upload()},
    "cancelUpload": lambda: {"upload_id": new_upload()},
    "retrieveFineTuningJob": lambda: {"fine_tuning_job_id": any_job()},
    "retrieveFineTuningJobValidation": lambda: {"fine_tuning_job_id": any_job()},
    "listFineTuningEvents": lambda: {"fine_tuning_job_id": any_job()},
    "listFineTuningJobCheckpoints": lambda: {"fine_tuning_job_id": any_job()},
    "downloadFineTuningJobCheckpoint": checkpoint,
    "cancelFineTuningJob": lambda: {"fine_tuning_job_id": new_job()},
    "pauseFineTuningJob": lambda: {"fine_tuning_job_id": new_job()},
    "resumeFineTuningJob": lambda: {"fine_tuning_job_id": paused_job()},
    "retrieveModel": lambda: {"model": RANDOM.choice([SEEDS["model"], *SEEDS["models"]])},
    "deleteModel": lambda: {"model": deletable_model()},
    "retrieveWebhookEndpoint": lambda: {"webhook_endpoint_id": new_endpoint()},
    "deleteWebhookEndpoint": lambda: {"webhook_endpoint_id": new_endpoint()},
}


def create_job(body):
    """Keeps the generated fields, in allowed combinations, with an existing model and existing files."""
    body["model"] = SEEDS["model"]
    body["training_file"] = living_file()
    if body.get("validation_file") is not None:
        body["validation_file"] = living_file()
    if "method" in body:
        body.pop("hyperparameters", None)
    method = body.get("method") or {}
    for given in (body.get("hyperparameters"), (method.get("supervised") or {}).get("hyperparameters")):
        if given and given.get("learning_rate_multiplier", "auto") != "auto":
            given.pop("learning_rate", None)
    if (body.get("training_type") or {}).get("type") == "full":
        body["training_type"] = {"type": "full"}


def create_preview(body):
    """Names the bundled model, which has a tokenizer, and asks for one row or for the first rows."""
    body["model"] = "attune-tales"
    body["training_file"] = living_file()
    if body.get("line") is not None:
        body.pop("limit", None)
        body["line"] = min(body["line"], 12)
    for given in [((body.get("method") or {}).get("supervised") or {}).get("hyperparameters")]:
        if given and given.get("learning_rate_multiplier", "auto") != "auto":
            given.pop("learning_rate", None)


def create_webhook_endpoint(body):
    body["url"] = "http://127.0.0.1:9/"


def create_upload(body):
    body.update(filename="rows.jsonl", mime_type="application/jsonl", bytes=RANDOM.choice([1, len(ROWS), 2**30]))


# operation -> function that makes a generated body name existing objects
BODIES = {
    "createFile": lambda body: body.update(file=ROWS),
    "addUploadPart": lambda body: body.update(data=ROWS),
    "createUpload": create_upload,
    "createFineTuningJob": create_job,
    "createFineTuningPreview": create_preview,
    "createWebhookEndpoint": create_webhook_endpoint,
}
CURSORS = {"listFiles": any_file, "listPaginatedFineTuningJobs": any_job}


def operation_id(case):
    return case.operation.definition.raw["operationId"]


@schemathesis.hook
def filter_case(ctx, case):
    # an empty parameter counts as absent, so it is valid, whichever value it had before it became text
    url = requests.Request("GET", SEEDS["url"], params=case.query or {}).prepare().url
    sent = urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query, keep_blank_values=True)
    return all(value for name, value in sent) and {name for name, value in sent} == set(case.query or {})


@schemathesis.hook
def before_call(ctx, case, kwargs):
    # do not change requests that are invalid on purpose, and requests that follow a link
    if case.meta is None or not case.meta.generation.mode.is_positive or case.meta.phase.name.value == "stateful":
        return
    name = operation_id(case)
    if RANDOM.random() > SHARE:
        return
    if name in PATHS:
        case.path_parameters = PATHS[name]()
    if isinstance(case.body, dict):
        body = dict(case.body)
        if name in BODIES:
            BODIES[name](body)
        elif name == "completeUpload":
            body = {"part_ids": [new_part(case.path_parameters["upload_id"])]}
        case.body = body
    if case.query and "after" in case.query:
        query = dict(case.query)
        del query["after"]
        if name in CURSORS and RANDOM.random() < 0.5:
            query["after"] = CURSORS[name]()
        case.query = query
    if name == "listFineTuningEvents" and RANDOM.random() < 0.2:
        case.headers = {**(case.headers or {}), "Accept": "text/event-stream"}


@schemathesis.hook
def after_call(ctx, case, response):
    ANSWERS[operation_id(case)][response.status_code] += 1
    if response.status_code >= 500:
        with open(os.environ["ATTUNE_ERRORS"], "a", encoding="utf-8") as file:
            print(operation_id(case), case.body, response.text, sep="\n", file=file)


@schemathesis.check
def names_the_request(ctx, response, case):
    """Every answer has an id, by which a user finds its error and its lines in the log."""
    if "x-request-id" not in response.headers:
        raise AssertionError("no x-request-id")
