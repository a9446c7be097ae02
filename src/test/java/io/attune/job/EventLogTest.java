package io.attune.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventLogTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a\\u0000b         | a\uFFFDb", // the character
                "\\u0000\\u0000    | \uFFFD\uFFFD",
                "\\\\u0000         | \\\\u0000", // a backslash and text
                "\\\\\\u0000       | \\\\\uFFFD", // a backslash and the character
                "\\n\\u0001        | \\n\\u0001"
            })
    void the_character_that_the_database_lacks_is_replaced_and_text_about_it_is_kept(String json, String kept) {
        assertThat(EventLog.withoutNul(json)).isEqualTo(kept);
    }
}
