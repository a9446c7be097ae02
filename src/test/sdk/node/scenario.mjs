// The whole way of a fine-tuning script with openai-node: what it asks of OpenAI, asked of Attune by a changed base URL alone.
//
// The same steps as in ../python/scenario.py and in JavaScenario. Environment: OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_ADMIN_KEY
// (read by the SDK itself; permissions ask for the latter), ATTUNE_ROWS (a folder with train.jsonl and validation.jsonl), ATTUNE_RECEIVER (address that takes webhooks by POST and
// lists them by GET).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import OpenAI, { toFile } from "openai";
import { VERSION } from "openai/version";

const SDK = "node";
const MODEL = "attune-tales";
const client = new OpenAI();
const rows = process.env.ATTUNE_ROWS;
const receiver = `${process.env.ATTUNE_RECEIVER}/${SDK}`;
const begin = performance.now();

function step(text) {
    console.log(`${SDK} ${((performance.now() - begin) / 1000).toFixed(1).padStart(6)} s  ${text}`);
}

/** Polls until the answer is enough, and returns it. */
async function until(what, ask, enough, seconds = 150) {
    const end = performance.now() + seconds * 1000;
    for (;;) {
        const answer = await ask();
        if (enough(answer)) {
            return answer;
        }
        assert.ok(performance.now() < end, `${what}: still ${JSON.stringify(answer)}`);
        await sleep(200);
    }
}

/** Calls what has to be refused so. The SDK's error carries what OpenAI's error object says, and the request's id. */
async function refused(type, code, call, { param = null, words = "" } = {}) {
    let answer;
    try {
        answer = await call();
    } catch (error) {
        assert.equal(error.constructor, type, String(error));
        assert.equal(error.code, code, String(error));
        assert.ok(error.type && error.requestID, String(error));
        assert.equal(error.param, param, String(error));
        assert.ok(error.message.includes(words), String(error));
        return;
    }
    assert.fail(`${code} was expected, not ${JSON.stringify(answer)}`);
}

/** All items of all pages. */
async function all(pages) {
    const items = [];
    for await (const item of pages) {
        items.push(item);
    }
    return items;
}

const ids = (items) => items.map((item) => item.id);
const job = (id) => client.fineTuning.jobs.retrieve(id);
const content = async (id) => Buffer.from(await (await client.files.content(id)).arrayBuffer());

/** The events as they come, by a plain HTTP client, until the stream says that it is over. */
async function stream(id, lastEventId) {
    const headers = { Authorization: `Bearer ${client.apiKey}`, Accept: "text/event-stream" };
    if (lastEventId) {
        headers["Last-Event-ID"] = lastEventId;
    }
    const answer = await fetch(`${client.baseURL}/fine_tuning/jobs/${id}/events`, { headers });
    assert.equal(answer.headers.get("content-type").split(";")[0], "text/event-stream");
    const events = [];
    let text = "";
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        let end;
        while ((end = text.indexOf("\n\n")) >= 0) {
            const fields = Object.fromEntries(
                text.slice(0, end).split("\n").map((line) => /^([^:]*): ?(.*)$/.exec(line).slice(1)),
            );
            text = text.slice(end + 2);
            if (fields.data === "[DONE]") {
                return events;
            }
            if (fields.data) {
                events.push({ id: fields.id, event: JSON.parse(fields.data) });
            }
        }
    }
    assert.fail("the stream ended without [DONE]");
}

console.log(`openai-node ${VERSION}`);
console.log(`Node ${process.version}`);

// --- a webhook endpoint, whose secret is shown once
const endpoint = await client.webhooks.create({
    name: "the scenario of openai-node",
    url: receiver,
    event_types: ["fine_tuning.job.succeeded", "fine_tuning.job.failed", "fine_tuning.job.cancelled"],
});
const secret = endpoint.signing_secret;
assert.match(secret, /^whsec_/);
assert.equal((await client.webhooks.retrieve(endpoint.id)).signing_secret, undefined);
assert.ok(ids(await all(client.webhooks.list({ limit: 1 }))).includes(endpoint.id));
step(`webhook endpoint ${endpoint.id}`);

// --- files: in parts out of order, by a stream, in one piece
const lines = readFileSync(join(rows, "train.jsonl"), "utf8").split("\n").slice(0, 48);
const train = Buffer.from(lines.join("\n") + "\n");
const half = Math.floor(train.length / 2);
const upload = await client.uploads.create({
    bytes: train.length,
    filename: "train.jsonl",
    mime_type: "text/jsonl",
    purpose: "fine-tune",
});
assert.equal(upload.status, "pending");
const second = await client.uploads.parts.create(upload.id, { data: await toFile(train.subarray(half)) });
const first = await client.uploads.parts.create(upload.id, { data: await toFile(train.subarray(0, half)) });
const completed = await client.uploads.complete(upload.id, {
    part_ids: [first.id, second.id],
    md5: createHash("md5").update(train).digest("hex"),
});
const training = completed.file;
assert.equal(completed.status, "completed");
assert.equal(training.bytes, train.length);
assert.ok((await content(training.id)).equals(train));
step(`upload in two parts, the second first: ${training.id}`);

const validationPath = join(rows, "validation.jsonl");
const validation = await client.files.create({ purpose: "fine-tune", file: createReadStream(validationPath) });
assert.equal(validation.filename, "validation.jsonl");
assert.ok((await content(validation.id)).equals(readFileSync(validationPath)));
step(`a stream uploaded, purpose first: ${validation.id}`);

const dropped = await client.uploads.create({
    bytes: 10,
    filename: "never.jsonl",
    mime_type: "text/jsonl",
    purpose: "fine-tune",
});
const part = await client.uploads.parts.create(dropped.id, { data: await toFile(Buffer.from("0123456789")) });
assert.equal((await client.uploads.cancel(dropped.id)).status, "cancelled");
await refused(OpenAI.BadRequestError, "upload_cancelled", () =>
    client.uploads.complete(dropped.id, { part_ids: [part.id] }),
);
step("an upload cancelled");

const short = await client.files.create({
    file: await toFile(train, "short.jsonl"),
    purpose: "fine-tune",
    expires_after: { anchor: "created_at", seconds: 3600 },
});
assert.equal(short.filename, "short.jsonl");
assert.equal(short.expires_at, short.created_at + 3600);
assert.equal((await client.files.waitForProcessing(short.id)).status, "processed");
assert.equal((await client.files.retrieve(short.id)).bytes, train.length);
const mine = [training.id, validation.id, short.id];
const listed = ids(await all(client.files.list({ purpose: "fine-tune", order: "asc", limit: 1 })));
assert.deepEqual(
    listed.filter((id) => mine.includes(id)),
    mine,
);
assert.equal(new Set(listed).size, listed.length);
const newest = await client.files.list({ purpose: "fine-tune", limit: 2 });
assert.deepEqual(ids(newest.data), [short.id, validation.id]);
assert.deepEqual((await client.files.list({ purpose: "assistants" })).data, []);
step(`files.create with expires_after, files.list over ${listed.length} pages`);

// --- what is refused, by the SDK's own errors
await refused(OpenAI.AuthenticationError, "invalid_api_key", () => new OpenAI({ apiKey: "sk-of-nobody" }).models.list());
await refused(OpenAI.NotFoundError, "not_found", () => client.files.retrieve("file-nobody"));
const bad = await toFile(Buffer.concat([train, Buffer.from('{"messages": "none"}\n')]), "bad.jsonl");
await refused(
    OpenAI.BadRequestError,
    "invalid_file_format",
    () => client.files.create({ file: bad, purpose: "fine-tune" }),
    { param: "file", words: "Line 49" },
);

const create = (fields) => client.fineTuning.jobs.create({ model: MODEL, training_file: training.id, ...fields });

await refused(OpenAI.NotFoundError, "model_not_found", () => create({ model: "nobody/nothing" }), { param: "model" });
await refused(OpenAI.BadRequestError, "invalid_file", () => create({ training_file: "file-nobody" }), {
    param: "training_file",
});
await refused(OpenAI.BadRequestError, "unknown_parameter", () => create({ n_epoch: 3 }), { param: "n_epoch" });
await refused(OpenAI.BadRequestError, "unsupported_method", () => create({ method: { type: "dpo" } }), {
    param: "method.type",
});
await refused(
    OpenAI.BadRequestError,
    "unsupported_integrations",
    () => create({ integrations: [{ type: "wandb", wandb: { project: "mine" } }] }),
    { param: "integrations" },
);
const grader = { type: "string_check", name: "n", input: "a", reference: "a", operation: "eq" };
const graders = client.fineTuning.alpha.graders;
await refused(OpenAI.BadRequestError, "unsupported_graders", () => graders.run({ grader, model_sample: "a" }));
await refused(OpenAI.BadRequestError, "unsupported_graders", () => graders.validate({ grader }));
const permissions = client.fineTuning.checkpoints.permissions;
await refused(OpenAI.BadRequestError, "unsupported_checkpoint_permissions", () =>
    permissions.create("ft:x:y:z:0", { project_ids: ["proj_1"] }),
);
await refused(OpenAI.BadRequestError, "unsupported_checkpoint_permissions", () => permissions.list("ft:x:y:z:0"));
step("refusals: wrong key, unknown file, bad rows, unknown model, unknown field, dpo, integrations, graders, permissions");

// --- two jobs: one that will be paused and resumed, one that will be cancelled
const kept = await create({
    validation_file: validation.id,
    suffix: SDK,
    seed: 42,
    metadata: { sdk: SDK, which: "kept" },
    method: {
        type: "supervised",
        supervised: { hyperparameters: { n_epochs: 4, batch_size: "auto", learning_rate_multiplier: 5 } },
    },
    training_type: { type: "lora", r: 4, lora_alpha: 8 },
});
assert.equal(kept.object, "fine_tuning.job");
assert.equal(kept.status, "validating_files");
assert.equal(kept.seed, 42);
assert.deepEqual(kept.metadata, { sdk: SDK, which: "kept" });
assert.deepEqual([kept.fine_tuned_model, kept.finished_at, kept.result_files], [null, null, []]);
const other = await create({
    hyperparameters: { n_epochs: 50, batch_size: 4 },
    metadata: { sdk: SDK, which: "given up" },
});
assert.equal(other.hyperparameters.n_epochs, 50);
step(`jobs ${kept.id} and ${other.id}`);

const running = await until("running", () => job(kept.id), (j) => j.progress?.step >= 1);
assert.equal(running.status, "running");
assert.ok(running.estimated_finish);
const resolved = running.method.supervised.hyperparameters;
assert.deepEqual([resolved.n_epochs, resolved.batch_size, resolved.learning_rate_multiplier], [4, 8, 5]);
step("running, auto shown resolved");

await client.fineTuning.jobs.pause(kept.id);
const paused = await until("paused", () => job(kept.id), (j) => j.status !== "running");
assert.equal(paused.status, "paused");
assert.deepEqual([paused.finished_at, paused.estimated_finish], [null, null]);
assert.ok(paused.progress.step >= 1);
step(`paused after step ${paused.progress.step}`);

// the slot is free: the other job runs, and is cancelled
await until("the other one runs", () => job(other.id), (j) => j.status === "running");
await client.fineTuning.jobs.cancel(other.id);
const cancelled = await until("cancelled", () => job(other.id), (j) => j.status !== "running");
assert.equal(cancelled.status, "cancelled");
assert.equal(cancelled.fine_tuned_model, null);
assert.ok(cancelled.finished_at);
await refused(OpenAI.BadRequestError, "job_already_ended", () => client.fineTuning.jobs.resume(other.id), { words: "cancelled" });
step("the other job ran meanwhile, and was cancelled");

const resumed = await client.fineTuning.jobs.resume(kept.id);
assert.ok(["queued", "running"].includes(resumed.status), resumed.status);
const live = await stream(kept.id);
step(`resumed, followed by SSE: ${live.length} events until [DONE]`);
const done = await job(kept.id);
assert.equal(done.status, "succeeded", JSON.stringify(done.error));
assert.ok(done.trained_tokens > 0 && done.finished_at);

// --- events: pages and stream say the same
const pages = await all(client.fineTuning.jobs.listEvents(kept.id, { limit: 5 }));
assert.equal(pages[0].message, "The job has successfully completed");
const inOrder = pages.toReversed();
assert.deepEqual(ids(inOrder), ids(live));
assert.deepEqual(
    inOrder.map((event) => event.message),
    live.map(({ event }) => event.message),
);
const everyStep = Array.from({ length: 24 }, (_, i) => i + 1);
const metrics = inOrder.filter((event) => event.type === "metrics").map((event) => event.data);
assert.deepEqual(
    metrics.filter((data) => "train_loss" in data).map((data) => data.step),
    everyStep,
);
assert.deepEqual(ids(await stream(kept.id, live.at(-3).id)), ids(live.slice(-2)));
step(`${pages.length} events in pages of 5, the same as streamed; the last two again by Last-Event-ID`);

// --- checkpoints, results, artifact
const checkpoints = await all(client.fineTuning.jobs.checkpoints.list(kept.id, { limit: 1 }));
assert.deepEqual(
    checkpoints.map((checkpoint) => checkpoint.step_number),
    [24, 18, 12, 6],
);
assert.ok(checkpoints.every((checkpoint) => checkpoint.fine_tuning_job_id === kept.id));
assert.ok(checkpoints.every((checkpoint) => checkpoint.metrics.train_loss > 0));
step(`4 checkpoints: ${checkpoints[0].fine_tuned_model_checkpoint}`);

const [header, ...table] = (await content(done.result_files[0])).toString().trimEnd().split("\n");
const results = table.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(header.split(",").map((name, i) => [name, cells[i]]));
});
assert.deepEqual(
    results.filter((row) => row.train_loss).map((row) => Number(row.step)),
    everyStep,
);
assert.ok(Number(results.at(-1).full_valid_loss) < Number(results[0].valid_loss));
assert.equal((await client.files.retrieve(done.result_files[0])).purpose, "fine-tune-results");
const folder = mkdtempSync(join(tmpdir(), "artifact-"));
try {
    writeFileSync(join(folder, "artifact.zip"), await content(done.artifacts[0]));
    execFileSync(join(process.env.JAVA_HOME, "bin", "jar"), ["-xf", "artifact.zip"], { cwd: folder });
    assert.ok(readFileSync(join(folder, "adapter_model.safetensors")).length > 1000);
    assert.equal(JSON.parse(readFileSync(join(folder, "adapter_config.json"))).r, 4);
} finally {
    rmSync(folder, { recursive: true });
}
step("results of every step once, and a PEFT adapter");

// --- webhooks: the real deliveries, verified by the SDK
const delivered = async () => (await fetch(receiver)).json();
const deliveries = await until("webhooks", delivered, (list) => list.length >= 2);
const events = await Promise.all(deliveries.map(({ body, headers }) => client.webhooks.unwrap(body, headers, secret)));
assert.deepEqual(
    new Set(events.map((event) => `${event.type} ${event.data.id}`)),
    new Set([`fine_tuning.job.cancelled ${other.id}`, `fine_tuning.job.succeeded ${kept.id}`]),
);
await assert.rejects(
    client.webhooks.unwrap(deliveries[0].body + " ", deliveries[0].headers, secret),
    OpenAI.InvalidWebhookSignatureError,
);
assert.ok((await client.webhooks.delete(endpoint.id)).deleted);
assert.ok(!ids(await all(client.webhooks.list())).includes(endpoint.id));
step("webhooks.unwrap verified both deliveries");

// --- lists with filters and pages
const both = await all(client.fineTuning.jobs.list({ metadata: { sdk: SDK }, limit: 1 }));
assert.deepEqual(ids(both), [other.id, kept.id]);
const one = await all(client.fineTuning.jobs.list({ metadata: { sdk: SDK, which: "kept" } }));
assert.deepEqual(ids(one), [kept.id]);
assert.ok(ids(await all(client.fineTuning.jobs.list({ limit: 1 }))).includes(kept.id));
assert.deepEqual((await client.fineTuning.jobs.list({ metadata: { sdk: "none" } })).data, []);
step("jobs.list by metadata, page by page");

// --- models and deletion
const tuned = done.fine_tuned_model;
assert.ok(tuned.startsWith(`ft:${MODEL}:`) && tuned.includes(`:${SDK}:`), tuned);
assert.equal((await client.models.retrieve(tuned)).id, tuned);
assert.equal((await client.models.retrieve(MODEL)).object, "model");
assert.ok(new Set(ids(await all(client.models.list()))).isSupersetOf(new Set([tuned, MODEL])));
const removed = await client.models.delete(tuned);
assert.ok(removed.deleted && removed.id === tuned);
await refused(OpenAI.NotFoundError, "model_not_found", () => client.models.retrieve(tuned), { param: "model" });
await refused(OpenAI.NotFoundError, "model_not_found", () => client.models.delete(tuned), { param: "model" });
assert.ok(!ids(await all(client.models.list())).includes(tuned));
assert.deepEqual(await all(client.fineTuning.jobs.checkpoints.list(kept.id)), []);
for (const file of mine) {
    assert.ok((await client.files.delete(file)).deleted);
    await refused(OpenAI.NotFoundError, "not_found", () => client.files.retrieve(file));
}
assert.ok(!ids(await all(client.files.list({ purpose: "fine-tune" }))).some((id) => mine.includes(id)));
step("model, checkpoints and files deleted");
console.log(`openai-node ${VERSION}: green`);
