package io.attune.dataset;

import io.attune.json.JsonFault;
import io.attune.json.StrictJson;
import io.attune.json.ValueLimit;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Recognises files that are not JSON Lines by the beginning of their first line. Says how to convert them. */
final class FileForm {

    private static final int LOOKED_AT = 4096; // bytes
    private static final String DATASETS =
            "python3 -c 'from datasets import Dataset; Dataset.%s(\"FILE\").to_json(\"converted.jsonl\")'";

    private record Known(String start, String problem) {}

    /** The first bytes, in ISO 8859-1. */
    private static final List<Known> KNOWN = List.of(
            compressed("\u001f\u008b", "gzip", "gunzip -c"),
            compressed("(\u00b5/\u00fd", "zstd", "zstd -dc"),
            compressed("BZh", "bzip2", "bunzip2 -c"),
            compressed("\u00fd7zXZ\u0000", "xz", "xz -dc"),
            compressed("7z\u00bc\u00af'\u001c", "7-Zip", "7z e -so"),
            compressed("\u0004\"M\u0018", "lz4", "lz4 -dc"),
            new Known(
                    "PAR1",
                    "The file is Parquet. Write its rows as JSON Lines: `" + DATASETS.formatted("from_parquet") + "`."),
            new Known(
                    "ARROW1",
                    "The file is Arrow (Feather). Write its rows as JSON Lines: `python3 -c 'import pandas;"
                            + " pandas.read_feather(\"FILE\").to_json(\"converted.jsonl\","
                            + " orient=\"records\", lines=True)'`."),
            new Known(
                    "\u00ff\u00ff\u00ff\u00ff",
                    "The file is Arrow (a stream). Write its rows as JSON Lines: `" + DATASETS.formatted("from_file")
                            + "`."),
            new Known(
                    "SQLite format 3",
                    "The file is an SQLite database. Write the rows of its table as JSON Lines:"
                            + " `sqlite3 -json FILE 'SELECT * FROM TABLE' | jq -c '.[]' > converted.jsonl`."),
            new Known(
                    "%PDF", "The file is a PDF. Write its text into rows, such as {\"text\": ...}, one on each line."),
            new Known("\u00d0\u00cf\u0011\u00e0", excel()),
            new Known("\u00ff\u00fe", utf16()),
            new Known("\u00fe\u00ff", utf16()),
            new Known(
                    "version https://git-lfs",
                    "The file is a pointer of Git LFS, not the file itself. Fetch that with `git lfs pull`."),
            new Known(
                    "<",
                    "The file is HTML or XML; a web page may have been saved in place of the file. Fetch the file"
                            + " itself, and write one JSON object on each line."),
            new Known(
                    "[",
                    "The line begins a JSON array, and is not a JSON object. Write every element of the array on a"
                            + " line of its own, as `jq -c '.[]' FILE > converted.jsonl` does."));

    private FileForm() {}

    /**
     * Says what the file is and how to convert it. Empty if the file may be JSON Lines.
     *
     * @param line the first line that is not blank
     * @param following the byte after the line; -1 at the end
     */
    static Optional<String> problem(byte[] line, int following) {
        String text = new String(line, 0, Math.min(line.length, LOOKED_AT), StandardCharsets.ISO_8859_1)
                .replaceFirst("^[ \t]+", "");
        if (text.startsWith("PK\u0003\u0004")) {
            boolean office = text.contains("[Content_Types].xml") || text.contains("_rels/") || text.contains("xl/");
            return Optional.of(
                    office ? excel() : compressed("", "zip", "unzip -p").problem());
        }
        Optional<String> known = KNOWN.stream()
                .filter(form -> text.startsWith(form.start()))
                .map(Known::problem)
                .findFirst();
        if (known.isPresent()) {
            return known;
        }
        if (text.equals("\0") || isEveryOtherByteNul(text, 0) || isEveryOtherByteNul(text, 1)) {
            return Optional.of(utf16());
        }
        if (text.startsWith("{")) {
            boolean goesOn = " \t\r\n\"}]".indexOf(following) >= 0 && isCutOff(line);
            return goesOn
                    ? Optional.of(
                            "The object goes on in the next line: the file is not JSON Lines. Write every row on one"
                                    + " line, as `jq -c . FILE > converted.jsonl` does.")
                    : Optional.empty();
        }
        if (text.indexOf('\0') >= 0) {
            return Optional.of("The file is not text. Write one JSON object on each line, as UTF-8.");
        }
        return separator(text.strip()).map(FileForm::table);
    }

    private static boolean isCutOff(byte[] line) {
        try {
            StrictJson.read(line, RowReader.MAX_NESTING, new ValueLimit(RowReader.MAX_VALUES));
            return false;
        } catch (JsonFault fault) {
            return fault.isCutOff();
        }
    }

    /**
     * The separator of the cells, if the line belongs to a table. All its cells have double quotes, or none has. Such
     * a line has no braces.
     */
    private static Optional<String> separator(String text) {
        Character separator = null;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean begins = i == 0 || separator != null && text.charAt(i - 1) == separator;
            if (c == '{' || c == '}' || c == '"' && !quoted && !begins) {
                return Optional.empty();
            }
            quoted ^= c == '"';
            if (!quoted && separator == null && (c == ',' || c == ';' || c == '\t')) {
                separator = c;
            }
        }
        return Optional.ofNullable(separator).map(String::valueOf);
    }

    private static boolean isEveryOtherByteNul(String text, int first) {
        int pairs = Math.min(text.length() / 2, 8);
        for (int i = 0; i < pairs; i++) {
            if (text.charAt(2 * i + first) != 0 || text.charAt(2 * i + 1 - first) == 0) {
                return false;
            }
        }
        return pairs > 0;
    }

    private static Known compressed(String start, String name, String unpack) {
        return new Known(
                start,
                "The file is compressed (" + name + "). Unpack it, as `" + unpack
                        + " FILE > converted.jsonl` does, and upload the JSON Lines in it.");
    }

    private static String utf16() {
        return "The file is UTF-16. Save it as UTF-8, as `iconv -f UTF-16 -t UTF-8 FILE > converted.jsonl` does.";
    }

    private static String excel() {
        return "The file is an Excel or Office file. Save the sheet as CSV, and write its rows as JSON Lines: "
                + csvCommand(",") + ".";
    }

    private static String table(String separator) {
        return "The file is a table (" + (separator.equals("\t") ? "TSV" : "CSV")
                + "), and its first line is not a JSON object. Write its rows as JSON Lines: " + csvCommand(separator)
                + ".";
    }

    private static String csvCommand(String separator) {
        return "`python3 -c 'import csv, json; [print(json.dumps(row)) for row in csv.DictReader(open(\"FILE\","
                + " newline=\"\", encoding=\"utf-8-sig\"), delimiter=\"" + separator.replace("\t", "\\t")
                + "\")]' > converted.jsonl`";
    }
}
