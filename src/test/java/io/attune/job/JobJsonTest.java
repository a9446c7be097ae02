package io.attune.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobJsonTest {

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "\0\0", "\\u0000", "\\\0", "\\\\u0000", "\\\\\0", "\n\u0001"})
    void theCharacterThatTheDatabaseLacksIsReplacedAndTextAboutItIsKept(String text) {
        String kept = JobJson.read(JobJson.text(text), String.class);

        assertThat(kept).isEqualTo(text.replace('\0', '\uFFFD'));
        assertThat(JobJson.withoutNul(text)).isEqualTo(kept);
    }
}
