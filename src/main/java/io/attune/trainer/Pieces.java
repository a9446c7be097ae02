package io.attune.trainer;

import io.attune.text.TokenSequence;
import io.attune.trainer.message.TrainerMessage.PreviewedPiece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Decodes a row's tokens as text, in pieces of targets and pieces of context. A tokenizer decodes the beginning of
 * a text differently. Each piece is therefore decoded together with the last tokens before it, and their text is
 * removed again. The joined pieces are the text of the row.
 */
final class Pieces {

    /** Number of tokens that are decoded before a piece. A character has at most four tokens. */
    private static final int BEFORE = 8;

    private Pieces() {}

    static List<PreviewedPiece> of(TokenSequence row, Function<int[], String> decode) {
        List<PreviewedPiece> pieces = new ArrayList<>();
        for (int start = 0; start < row.length(); ) {
            int end = endOfPiece(row, start);
            int from = Math.max(0, start - BEFORE);
            String before = decode.apply(Arrays.copyOfRange(row.ids(), from, start));
            String with = decode.apply(Arrays.copyOfRange(row.ids(), from, end));
            int same = commonPrefix(before, with);
            shorten(pieces, before.length() - same);
            pieces.add(new PreviewedPiece(with.substring(same), row.target()[start], start, end));
            start = end;
        }
        return pieces;
    }

    private static int endOfPiece(TokenSequence row, int start) {
        int end = start + 1;
        while (end < row.length() && row.target()[end] == row.target()[start]) {
            end++;
        }
        return end;
    }

    private static int commonPrefix(String a, String b) {
        int mismatch = Arrays.mismatch(a.toCharArray(), b.toCharArray());
        return mismatch < 0 ? a.length() : mismatch;
    }

    /**
     * Shortens the last pieces. Their end was a part of a character, which belongs to the next piece. Such a
     * character may span several pieces.
     */
    private static void shorten(List<PreviewedPiece> pieces, int by) {
        int left = by;
        for (int i = pieces.size() - 1; left > 0 && i >= 0; i--) {
            PreviewedPiece piece = pieces.get(i);
            int kept = Math.max(0, piece.text().length() - left);
            left -= piece.text().length() - kept;
            pieces.set(
                    i, new PreviewedPiece(piece.text().substring(0, kept), piece.target(), piece.start(), piece.end()));
        }
    }
}
