package io.attune.tales;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RimeLexiconTest {

    private final RimeLexicon lexicon = RimeLexicon.bundled();

    @Test
    void words_that_sound_alike_rhyme_however_they_are_spelled() {
        assertThat(lexicon.rhyme("kite", "Night")).isTrue();
        assertThat(lexicon.rhyme("home", "comb")).isTrue();
        assertThat(lexicon.rhyme("chair", "bear")).isTrue();
        assertThat(lexicon.rhyme("river", "night")).isFalse();
    }

    @Test
    void unknown_words_and_equal_words_do_not_rhyme() {
        assertThat(lexicon.rhyme("blorp", "florp")).isFalse();
        assertThat(lexicon.rhyme("night", "night")).isFalse();
    }

    @Test
    void words_of_a_line_without_partners_rhyme_with_nothing() {
        RimeLexicon small = RimeLexicon.of(List.of("- fence honey", "hill mill"));

        assertThat(small.knows("fence")).isTrue();
        assertThat(small.rhyme("fence", "honey")).isFalse();
        assertThat(small.rhyme("hill", "mill")).isTrue();
    }

    @Test
    void a_word_listed_twice_is_refused() {
        assertThatThrownBy(() -> RimeLexicon.of(List.of("hill mill", "still hill")))
                .hasMessageContaining("'hill' twice");
    }

    @Test
    void several_hundred_words_are_known() {
        assertThat(lexicon.words()).hasSizeGreaterThan(600);
    }
}
