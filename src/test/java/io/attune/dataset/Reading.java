package io.attune.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the text of a file. Single quotes in it stand for double ones. */
final class Reading {

    private Reading() {}

    static DatasetCheck check(String file) throws IOException {
        return RowReader.check(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)));
    }

    /** The only finding of a file. */
    static Finding finding(String file) throws IOException {
        DatasetCheck check = check(file);
        assertThat(check.findings()).as(file).hasSize(1);
        return check.findings().get(0);
    }

    /** The rows of a file without findings. */
    static List<Row> rows(String file) throws IOException {
        List<Row> rows = new ArrayList<>();
        DatasetCheck check = RowReader.read(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)), rows::add);
        assertThat(check.findings()).as(file).isEmpty();
        assertThat(check.rows()).isEqualTo(rows.size());
        return rows;
    }

    /** JSON written with single quotes. */
    static String json(String text) {
        return text.replace('\'', '"');
    }
}
