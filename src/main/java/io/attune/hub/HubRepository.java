package io.attune.hub;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the repository of one model on the Hub: the commit of a revision, and the files of a commit.
 *
 * <pre>
 * /api/models/ID/revision/REVISION          {"sha": COMMIT, ...}
 * /api/models/ID/tree/COMMIT?recursive=true [{"type", "path", "size", "oid", "lfs": {"oid", "size"}}, ...]
 *                                           further pages: header Link
 * /ID/resolve/COMMIT/PATH                   the bytes, or a redirect to them
 * </pre>
 */
final class HubRepository {

    private static final int MAX_ANSWER = 32 << 20;
    private static final int MAX_FILES = 200_000;
    private static final int MAX_PAGES = 1000;
    /** The limit for the size of a file: 16 TiB. Sums of sizes then always fit into a long. */
    private static final long MAX_SIZE = 1L << 44;

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;[^,]*\\brel=\"?next\"?");

    /** The paths that Attune reads. Entries with other paths are skipped, as no file of a model needs them. */
    private static final Pattern PATH = Pattern.compile("[\\w+-][\\w.+-]*(/[\\w+-][\\w.+-]*)*");

    private final HubSettings settings;
    private final HubHttp http;
    private final Retries retries;
    private final HubId id;
    private final Refusal refusal;

    HubRepository(HubSettings settings, HubHttp http, Retries retries, HubId id, Refusal refusal) {
        this.settings = settings;
        this.http = http;
        this.retries = retries;
        this.id = id;
        this.refusal = refusal;
    }

    /** The present commit of a branch, a tag or a commit. */
    String commit(String revision) {
        URI address = settings.at("/api/models/" + id + "/revision/" + encoded(revision));
        String commit = json("revision " + revision, address).json.path("sha").asString("");
        if (!COMMIT.matcher(commit).matches()) {
            throw new HubException("the Hub at " + settings.endpoint() + " names no commit for revision "
                    + Refusal.shown(revision) + " of " + id + "; it does not answer as the Hugging Face Hub does");
        }
        return commit;
    }

    /** The files of a commit by their paths. */
    Map<String, RepositoryFile> files(String commit) {
        Map<String, RepositoryFile> files = new LinkedHashMap<>();
        Optional<URI> next = Optional.of(settings.at("/api/models/" + id + "/tree/" + commit + "?recursive=true"));
        for (int page = 0; next.isPresent(); page++) {
            Page answer = json("the list of files", next.get());
            if (page == MAX_PAGES || files.size() + answer.json.size() > MAX_FILES) {
                throw new HubException(id + " has more than " + MAX_FILES + " files; Attune reads no longer list");
            }
            for (JsonNode entry : answer.json) {
                if (entry.path("type").asString("").equals("file")
                        && PATH.matcher(entry.path("path").asString("")).matches()) {
                    RepositoryFile file = file(entry);
                    files.put(file.path(), file);
                }
            }
            next = answer.next;
        }
        return files;
    }

    /** The address of a file's bytes. */
    URI address(String commit, RepositoryFile file) {
        return settings.at("/" + id + "/resolve/" + commit + "/"
                + Arrays.stream(file.path().split("/"))
                        .map(HubRepository::encoded)
                        .collect(Collectors.joining("/")));
    }

    private static RepositoryFile file(JsonNode entry) {
        JsonNode lfs = entry.path("lfs");
        JsonNode size = lfs.isObject() ? lfs.path("size") : entry.path("size");
        String path = entry.path("path").asString("");
        if (!size.isIntegralNumber()
                || !size.canConvertToLong()
                || size.longValue() < 0
                || size.longValue() > MAX_SIZE) {
            throw new HubException("the Hub's list of files gives no possible size for " + path);
        }
        try {
            Checksum checksum = lfs.isObject()
                    ? new Checksum(
                            Checksum.Kind.SHA256, lfs.path("oid").asString("").replaceFirst("^sha256:", ""))
                    : new Checksum(Checksum.Kind.GIT_BLOB, entry.path("oid").asString(""));
            return new RepositoryFile(path, size.longValue(), checksum);
        } catch (IllegalArgumentException e) {
            throw new HubException("the Hub's list of files gives no checksum for " + path, e);
        }
    }

    private record Page(JsonNode json, Optional<URI> next) {}

    private Page json(String what, URI address) {
        return retries.call("asking " + settings.endpoint() + " for " + what + " of " + id, () -> 0, () -> {
            try (Answer answer = http.get(address, Map.of("Accept", "application/json"))) {
                if (answer.status() != 200) {
                    throw refusal.of(answer, what);
                }
                JsonNode json = JsonMapper.shared().readTree(answer.body().all(MAX_ANSWER));
                Matcher next = NEXT.matcher(answer.header("Link"));
                return new Page(
                        json,
                        next.find() ? Optional.of(HubHttp.target(answer.address(), next.group(1))) : Optional.empty());
            } catch (JacksonException e) {
                throw new HubException(
                        "what " + settings.endpoint() + " answers about " + id
                                + " cannot be read; it does not answer as the Hugging Face Hub does",
                        e);
            }
        });
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
