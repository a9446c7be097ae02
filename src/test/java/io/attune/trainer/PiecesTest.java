package io.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.text.TokenSequence;
import io.attune.text.Tokenizer;
import io.attune.trainer.message.TrainerMessage.PreviewedPiece;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PiecesTest {

    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() throws IOException {
        tokenizer = Tokenizer.open(Path.of("src/main/resources/models/attune-tales"));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void piecesAreTheRunsOfWhatIsGivenAndLearned() {
        int[] ids = tokenizer.encode("a b c d e f");
        boolean[] target = new boolean[ids.length];
        target[2] = true;
        target[3] = true;
        target[ids.length - 1] = true;

        List<PreviewedPiece> pieces = pieces(ids, target);

        assertThat(pieces).extracting(PreviewedPiece::start).containsExactly(0, 2, 4, ids.length - 1);
        assertThat(pieces).extracting(PreviewedPiece::end).containsExactly(2, 4, ids.length - 1, ids.length);
        assertThat(pieces).extracting(PreviewedPiece::target).containsExactly(false, true, false, true);
    }

    /** Cuts the row anywhere, also inside a character. */
    @Test
    void joinedPiecesSayWhatTheRowSays() {
        Random random = new Random(11);
        String text =
                "<|im_start|>user\nGrüße, \uD83D\uDC69\u200D\uD83D\uDE80 \u6F22\u5B57!<|im_end|>\n  two  spaces\n\tand \u0e01\u0e33\u0e25 ";
        int[] ids = tokenizer.encode(text.repeat(3));
        assertThat(ids.length).as("some characters are several tokens").isGreaterThan(60);
        for (int i = 0; i < 500; i++) {
            boolean[] target = new boolean[ids.length];
            int share = 1 + random.nextInt(12);
            for (int t = 1; t < target.length; t++) {
                target[t] = random.nextInt(share) == 0;
            }
            assertThat(pieces(ids, target).stream().map(PreviewedPiece::text).collect(Collectors.joining()))
                    .isEqualTo(tokenizer.decode(ids, false));
        }
    }

    @Test
    void aRowWithoutTokensHasNoPieces() {
        assertThat(pieces(new int[0], new boolean[0])).isEmpty();
    }

    private static List<PreviewedPiece> pieces(int[] ids, boolean[] target) {
        return Pieces.of(new TokenSequence(ids, target), some -> tokenizer.decode(some, false));
    }
}
