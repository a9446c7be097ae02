package io.attune.api.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

    @ParameterizedTest
    @CsvSource({
        "n_epochs,n_epochs,0",
        "n_epoch,n_epochs,1",
        "n_epohcs,n_epochs,1",
        "nepocs,n_epochs,2",
        "abc,xyz,3",
        "ab,'',2"
    })
    void aLetterPutInLeftOutExchangedOrSwappedIsAnEdit(String from, String to, int edits) {
        assertThat(NearestName.edits(from, to)).isEqualTo(edits);
        assertThat(NearestName.edits(to, from)).isEqualTo(edits);
    }

    @Test
    void theNearestNameIsFoundAndNoneThatIsFar() {
        List<String> known = List.of("seed", "r", "suffix", "adam_beta1", "adam_beta2");
        assertThat(NearestName.near("sede", known)).contains("seed");
        assertThat(NearestName.near("adam_beta", known)).contains("adam_beta1");
        assertThat(NearestName.near("rank", known)).isEmpty();
        assertThat(NearestName.near("x", known)).isEmpty();
        assertThat(NearestName.near("x".repeat(1_000_000), known)).isEmpty();
    }
}
