package io.attune.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileFormTest {

    private static final String ROW = "{\"prompt\":\"é\",\"completion\":\"b\"}\n";
    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    static Stream<Arguments> files() throws IOException {
        return Stream.of(
                Arguments.of(gzip(ROW.repeat(100)), "gzip", "gunzip -c"),
                Arguments.of(zip("converted.jsonl"), "zip", "unzip -p"),
                Arguments.of(zip("[Content_Types].xml"), "Excel", "CSV"),
                Arguments.of(bytes("28 B5 2F FD 04 58 0A 00"), "zstd", "zstd -dc"),
                Arguments.of(bytes("42 5A 68 39 31 41 59 26"), "bzip2", "bunzip2 -c"),
                Arguments.of(bytes("FD 37 7A 58 5A 00 00 04"), "xz", "xz -dc"),
                Arguments.of(bytes("37 7A BC AF 27 1C 00 04"), "7-Zip", "7z e"),
                Arguments.of(bytes("04 22 4D 18 64 40 A7"), "lz4", "lz4 -dc"),
                Arguments.of(bytes("50 41 52 31 15 00 0A 0A"), "Parquet", "from_parquet"),
                Arguments.of(bytes("41 52 52 4F 57 31 00 00"), "Feather", "read_feather"),
                Arguments.of(bytes("FF FF FF FF 48 01 00 00"), "Arrow", "from_file"),
                Arguments.of("SQLite format 3\0".getBytes(StandardCharsets.ISO_8859_1), "SQLite", "sqlite3 -json"),
                Arguments.of("%PDF-1.7\n%\u00e2\u00e3".getBytes(StandardCharsets.ISO_8859_1), "PDF", "text"),
                Arguments.of(bytes("D0 CF 11 E0 A1 B1 1A E1"), "Excel", "CSV"),
                Arguments.of(("\uFEFF" + ROW).getBytes(StandardCharsets.UTF_16LE), "UTF-16", "iconv"),
                Arguments.of(("\uFEFF" + ROW).getBytes(StandardCharsets.UTF_16BE), "UTF-16", "iconv"),
                Arguments.of(ROW.getBytes(StandardCharsets.UTF_16LE), "UTF-16", "iconv"),
                Arguments.of(ROW.getBytes(StandardCharsets.UTF_16BE), "UTF-16", "iconv"),
                Arguments.of(bytes("7F 45 4C 46 02 01 01 00 00 00"), "not text", "UTF-8"),
                Arguments.of(text("prompt,completion\na,b\n"), "CSV", "csv.DictReader"),
                Arguments.of(text("\"prompt\",\"completion\"\r\n\"a\",\"b\"\r\n"), "CSV", "csv.DictReader"),
                Arguments.of(text("prompt;completion\n"), "CSV", "delimiter=\";\""),
                Arguments.of(text("prompt\tcompletion\na, c\tb\n"), "TSV", "delimiter=\"\\t\""),
                Arguments.of(text("version https://git-lfs.github.com/spec/v1\n"), "Git LFS", "git lfs pull"),
                Arguments.of(text("<!DOCTYPE html>\n<html>"), "HTML", "Fetch the file"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileOfAnotherFormIsNamedOnceWithTheWayOut(byte[] file, String name, String wayOut) throws IOException {
        for (byte[] before : new byte[][] {{}, text("\n\r\n"), text("  \n\t\n"), BOM}) {
            DatasetCheck check = RowReader.check(new ByteArrayInputStream(joined(before, file)));

            assertThat(check.rows()).isZero();
            assertThat(check.findings()).as(name).singleElement().satisfies(finding -> {
                assertThat(finding.problem()).contains(name).contains(wayOut);
            });
        }
    }

    @Test
    void aUtf16FileWithBlankLinesInFrontIsNamed() throws IOException {
        for (Charset charset : new Charset[] {StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE}) {
            for (String before : new String[] {"\r\n", "\n", "\r\n\n", " \n"}) {
                assertThat(RowReader.check(new ByteArrayInputStream((before + ROW).getBytes(charset)))
                                .findings())
                        .singleElement()
                        .satisfies(finding -> assertThat(finding.problem()).contains("UTF-16"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"prompt\":\"a,b\",\"completion\":\"PK\"}",
                " \t{\"prompt\":\"1,2\",\"completion\":\"\\u0000\"}",
                "{\"prompt\":\"%PDF\",\"completion\":\"日本\"}",
            })
    void aRowIsNotTakenForAnotherForm(String row) throws IOException {
        assertThat(Reading.rows(row + "\n")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ # 'messages': [] # } | goes on in the next line",
                "{'messages': [ #   {'role': 'user'} #  ]} | goes on in the next line",
                "{'prompt': 'a', #'completion': 'b'} | goes on in the next line",
                "{'prompt': 'a', #{'prompt': 'a', 'completion': 'b'} | cut off",
                "{'prompt': 'a | line break inside of a string",
            })
    void anObjectOverSeveralLinesIsToldApartFromALineThatIsCutOff(String file, String problem) throws IOException {
        assertThat(Reading.finding(Reading.json(file).replace('#', '\n')).problem())
                .contains(problem);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text(text));
        }
        return bytes.toByteArray();
    }

    private static byte[] zip(String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            out.putNextEntry(new ZipEntry(name));
            out.write(text(ROW));
        }
        return bytes.toByteArray();
    }

    private static byte[] bytes(String hex) {
        String[] digits = hex.split(" ");
        byte[] bytes = new byte[digits.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(digits[i], 16);
        }
        return bytes;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[] before, byte[] after) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(before);
        both.writeBytes(after);
        return both.toByteArray();
    }
}
