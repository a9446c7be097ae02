package io.attune.architecture;

import java.util.ArrayList;
import java.util.List;

/**
 * From token ids to states.
 *
 * @param scale what embeddings are multiplied with
 * @param learnedPositions rows of a table of positions that is added; 0 for none
 * @param norm over the sum; null for none
 */
public record Embedding(double scale, int learnedPositions, Norm norm) {

    /** Rows of a table as they are. */
    public static final Embedding PLAIN = new Embedding(1, 0, null);

    List<Part> parts(int vocabulary, int hidden) {
        List<Part> parts = new ArrayList<>();
        parts.add(Part.weight(Role.EMBEDDING, vocabulary, hidden));
        if (learnedPositions > 0) {
            parts.add(Part.weight(Role.POSITIONS, learnedPositions, hidden));
        }
        if (norm != null) {
            parts.add(Part.norm(Role.EMBEDDING_NORM, norm, hidden));
        }
        return parts;
    }
}
