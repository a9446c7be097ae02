package io.attune.file;

import io.attune.api.ApiException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.multipart.MultipartHttpServletRequest;

/**
 * The form of an upload, its parts checked.
 *
 * @param lifetime after which the file deletes itself, or null
 */
record UploadForm(MultipartFile file, String filename, Duration lifetime) {

    private static final String FILE = "file";
    private static final String PURPOSE = "purpose";
    private static final String ANCHOR = "expires_after[anchor]";
    private static final String SECONDS = "expires_after[seconds]";
    private static final Set<String> KNOWN = Set.of(FILE, PURPOSE, ANCHOR, SECONDS);
    private static final Set<String> PURPOSES_ELSEWHERE = Set.of("assistants", "batch", "vision", "user_data", "evals");
    private static final long SHORTEST = 3_600;
    private static final long LONGEST = 2_592_000;
    private static final int LONGEST_NAME = 255;

    static UploadForm read(MultipartHttpServletRequest request) {
        Map<String, String[]> fields = request.getParameterMap();
        Map<String, List<MultipartFile>> files = request.getMultiFileMap();
        fields.keySet().forEach(UploadForm::checkKnown);
        files.keySet().forEach(UploadForm::checkKnown);
        if (files.containsKey(PURPOSE)) {
            throw ApiException.invalidValue(PURPOSE, "'purpose' must be a form field, not a file.");
        }
        checkPurpose(single(fields, PURPOSE));
        if (fields.containsKey(FILE)) {
            throw ApiException.invalidValue(
                    FILE, "'file' must be a file part, with a filename in its Content-Disposition, not a form field.");
        }
        if (!files.containsKey(FILE)) {
            throw ApiException.missingParameter(FILE);
        }
        if (files.get(FILE).size() > 1) {
            throw ApiException.invalidValue(FILE, "Upload one file at a time: 'file' is there more than once.");
        }
        MultipartFile file = files.get(FILE).get(0);
        return new UploadForm(file, plainName(file.getOriginalFilename()), lifetime(fields));
    }

    private static void checkKnown(String part) {
        if (!KNOWN.contains(part)) {
            throw ApiException.unknownParameter(part);
        }
    }

    private static void checkPurpose(String purpose) {
        if (purpose == null) {
            throw ApiException.missingParameter(PURPOSE);
        }
        if (PURPOSES_ELSEWHERE.contains(purpose)) {
            throw ApiException.unsupported(
                    PURPOSE, PURPOSE, "The purpose '" + purpose + "' is not supported here; use 'fine-tune'.");
        }
        if (!purpose.equals(Purpose.FINE_TUNE.wireName())) {
            throw ApiException.invalidValue(PURPOSE, "'purpose' must be 'fine-tune', not '" + purpose + "'.");
        }
    }

    private static Duration lifetime(Map<String, String[]> fields) {
        String anchor = single(fields, ANCHOR);
        String seconds = single(fields, SECONDS);
        if (anchor == null && seconds == null) {
            return null;
        }
        if (anchor == null || seconds == null) {
            throw ApiException.missingParameter(anchor == null ? ANCHOR : SECONDS);
        }
        if (!anchor.equals("created_at")) {
            throw ApiException.invalidValue(ANCHOR, "'" + ANCHOR + "' must be 'created_at', not '" + anchor + "'.");
        }
        try {
            long value = Long.parseLong(seconds);
            if (value >= SHORTEST && value <= LONGEST) {
                return Duration.ofSeconds(value);
            }
        } catch (NumberFormatException e) {
            // refused below
        }
        throw ApiException.invalidValue(
                SECONDS,
                "'" + SECONDS + "' must be an integer from " + SHORTEST + " to " + LONGEST + ", not '" + seconds
                        + "'.");
    }

    private static String single(Map<String, String[]> fields, String name) {
        String[] values = fields.get(name);
        if (values != null && values.length > 1) {
            throw ApiException.invalidValue(name, "'" + name + "' is there more than once.");
        }
        return values == null ? null : values[0];
    }

    /** The name without folders and control characters: it is shown and sent back, never used as a path. */
    private static String plainName(String name) {
        String plain = name == null
                ? ""
                : name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
                        .replaceAll("\\p{Cntrl}", "")
                        .strip();
        if (plain.isEmpty()) {
            return "upload.jsonl";
        }
        return plain.length() <= LONGEST_NAME ? plain : plain.substring(plain.length() - LONGEST_NAME);
    }
}
