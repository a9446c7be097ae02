package io.attune.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Downloads single files. Continues where an earlier try ended. A file gets its name only if its checksum is right. */
final class FileDownload {

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

    private final HubHttp http;
    private final Retries retries;
    private final Refusal refusal;

    FileDownload(HubHttp http, Retries retries, Refusal refusal) {
        this.http = http;
        this.retries = retries;
        this.refusal = refusal;
    }

    /**
     * Downloads a file into a folder. Keeps a file that is in the folder already if its checksum is right.
     *
     * @param address the address of the file's bytes
     * @param progress gets the number of bytes so far
     * @throws HubException if the download fails; the bytes so far stay for the next try
     */
    void fetch(RepositoryFile file, URI address, Path folder, LongConsumer progress) throws IOException {
        if (isThere(file, folder)) {
            progress.accept(file.size());
            return;
        }
        for (int tries = 0; tries < 2; tries++) {
            try (PartialFile partial = PartialFile.open(file, folder)) {
                progress.accept(partial.length());
                retries.call("fetching " + file.path(), partial::length, () -> {
                    read(file, address, partial, progress);
                    return null;
                });
                if (partial.finish()) {
                    return;
                }
                partial.restart("");
            }
        }
        throw new HubException(
                "the bytes of " + file.path() + " that came, twice, are not those that the Hub lists: their "
                        + "checksum is not " + file.checksum().hex()
                        + "; a proxy or a mirror on the way may change them");
    }

    private static boolean isThere(RepositoryFile file, Path folder) throws IOException {
        Path target = folder.resolve(file.path());
        if (!Files.isRegularFile(target)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(target)) {
            return file.checksum().is(file.checksum().read(channel, file.size()));
        }
    }

    private void read(RepositoryFile file, URI address, PartialFile partial, LongConsumer progress)
            throws IOException, InterruptedException {
        if (partial.isComplete()) {
            return;
        }
        try (Answer answer = http.get(address, goingOn(partial))) {
            if (!continues(answer, partial, file)) {
                partial.restart(strong(answer.header("ETag")));
            }
            for (List<ByteBuffer> bytes = answer.body().next();
                    bytes != null;
                    bytes = answer.body().next()) {
                for (ByteBuffer part : bytes) {
                    partial.append(part);
                }
                progress.accept(partial.length());
            }
        }
        if (!partial.isComplete()) {
            throw new IOException("the answer ended after " + partial.length() + " of " + file.size() + " bytes");
        }
    }

    private static Map<String, String> goingOn(PartialFile partial) {
        Map<String, String> headers = new HashMap<>();
        if (partial.length() > 0) {
            headers.put("Range", "bytes=" + partial.length() + "-");
            if (!partial.etag().isEmpty()) {
                headers.put("If-Range", partial.etag());
            }
        }
        return headers;
    }

    /** Whether the answer continues the bytes so far. Otherwise it holds the whole file. */
    private boolean continues(Answer answer, PartialFile partial, RepositoryFile file) throws IOException {
        switch (answer.status()) {
            case 200 -> {
                return false;
            }
            case 206 -> {
                Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range"));
                if (range.matches()
                        && Long.parseLong(range.group(1)) == partial.length()
                        && (range.group(2).equals("*") || Long.parseLong(range.group(2)) == file.size())) {
                    return true;
                }
                partial.restart("");
                throw new IOException("another range of bytes came than the one that was asked for");
            }
            case 416 -> {
                partial.restart("");
                throw new IOException("the server does not have the range of bytes that was asked for");
            }
            default -> throw refusal.of(answer, file.path());
        }
    }

    /**
     * The ETag if it is strong, otherwise an empty text. A weak ETag does not identify exact bytes, and HTTP forbids
     * it in If-Range.
     */
    private static String strong(String etag) {
        return etag.matches("\"[!#-~]*\"") ? etag : "";
    }
}
