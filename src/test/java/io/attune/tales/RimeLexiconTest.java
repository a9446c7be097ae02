package io.attune.tales;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RimeLexiconTest {

    private final RimeLexicon lexicon = RimeLexicon.bundled();

    @Test
    void wordsThatSoundAlikeRhymeHoweverTheyAreSpelled() {
        assertThat(lexicon.rhyme("kite", "Night")).isTrue();
        assertThat(lexicon.rhyme("home", "comb")).isTrue();
        assertThat(lexicon.rhyme("chair", "bear")).isTrue();
        assertThat(lexicon.rhyme("river", "night")).isFalse();
    }

    @Test
    void unknownWordsAndEqualWordsDoNotRhyme() {
        assertThat(lexicon.rhyme("blorp", "florp")).isFalse();
        assertThat(lexicon.rhyme("night", "night")).isFalse();
    }

    @Test
    void wordsOfALineWithoutPartnersRhymeWithNothing() {
        RimeLexicon small = RimeLexicon.of(List.of("- fence honey", "hill mill"));

        assertThat(small.knows("fence")).isTrue();
        assertThat(small.rhyme("fence", "honey")).isFalse();
        assertThat(small.rhyme("hill", "mill")).isTrue();
    }

    @Test
    void aWordListedTwiceIsRefused() {
        assertThatThrownBy(() -> RimeLexicon.of(List.of("hill mill", "still hill")))
                .hasMessageContaining("'hill' twice");
    }

    @Test
    void severalHundredWordsAreKnown() {
        assertThat(lexicon.words()).hasSizeGreaterThan(600);
    }
}
