package io.attune.architecture;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes states of token ids.
 *
 * @param scale the factor of the embeddings
 * @param learnedPositions rows of a table of positions that is added; 0 for none
 * @param norm of the sum; null for none
 */
public record Embedding(double scale, int learnedPositions, Norm norm) {

    /** An embedding without scale, positions and norm. */
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
