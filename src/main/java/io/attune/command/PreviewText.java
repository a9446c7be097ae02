package io.attune.command;

import io.attune.dataset.Finding;
import io.attune.trainer.message.TrainerMessage.Previewed;
import io.attune.trainer.message.TrainerMessage.PreviewedPiece;
import io.attune.trainer.message.TrainerMessage.PreviewedRow;
import io.attune.trainer.message.TrainerMessage.PreviewedSequence;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a preview as text. Learned tokens have a colour or stand between marks. */
final class PreviewText {

    private static final String COLOUR = "\u001b[1;32m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintStream out;
    private final boolean colour;
    private final boolean ids;

    /** @param ids whether to write the tokens' ids too */
    PreviewText(PrintStream out, boolean colour, boolean ids) {
        this.out = out;
        this.colour = colour;
        this.ids = ids;
    }

    void write(Previewed previewed) {
        previewed.rows().forEach(this::write);
        out.println(summary(previewed));
    }

    private void write(PreviewedRow row) {
        out.println("line " + row.line() + (row.kind() == null ? "" : ", " + row.kind()) + ": " + fate(row));
        for (int i = 0; i < row.sequences().size(); i++) {
            PreviewedSequence sequence = row.sequences().get(i);
            if (row.sequences().size() > 1) {
                out.println("sequence " + (i + 1) + ": " + counts(List.of(sequence)));
            }
            String text = sequence.pieces().stream().map(this::text).collect(Collectors.joining());
            out.print(text.endsWith("\n") ? text : text + "\n");
            if (ids) {
                out.println("ids: "
                        + sequence.pieces().stream()
                                .map(piece -> ids(sequence, piece))
                                .collect(Collectors.joining(" ")));
            }
        }
        row.findings().forEach(finding -> write("error", finding));
        row.warnings().forEach(warning -> write("warning", warning));
        out.println();
    }

    private static String fate(PreviewedRow row) {
        if (row.dropped()) {
            return "left out, since it has " + row.length() + " tokens";
        }
        if (row.sequences().isEmpty()) {
            return "cannot be trained on";
        }
        return counts(row.sequences()) + (row.truncated() ? "; cut, since it has " + row.length() + " tokens" : "");
    }

    private static String counts(List<PreviewedSequence> sequences) {
        int tokens = sequences.stream().mapToInt(PreviewedSequence::tokens).sum();
        int targets =
                sequences.stream().mapToInt(PreviewedSequence::targetTokens).sum();
        return (sequences.size() > 1 ? sequences.size() + " sequences, " : "") + tokens + " tokens, of which " + targets
                + (targets == 1 ? " is" : " are") + " learned";
    }

    private void write(String what, Finding finding) {
        out.println(what + " in line " + finding.line() + (finding.field().isEmpty() ? "" : ", " + finding.field())
                + ": " + shown(finding.problem()));
    }

    private String text(PreviewedPiece piece) {
        String text = shown(piece.text());
        return piece.target() && !text.isEmpty() ? marked(text) : text;
    }

    private String ids(PreviewedSequence sequence, PreviewedPiece piece) {
        String text = Arrays.stream(sequence.ids(), piece.start(), piece.end())
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" "));
        return piece.target() ? marked(text) : text;
    }

    /** Sets the colour in each line, because pagers forget it at the end of a line. */
    private String marked(String text) {
        return colour ? COLOUR + text.replace("\n", PLAIN + "\n" + COLOUR) + PLAIN : "[[" + text + "]]";
    }

    /** Writes control characters as their codes, so that rows cannot control the terminal. */
    private static String shown(String text) {
        return text.codePoints()
                .mapToObj(c -> c == '\n' || c == '\t' || !Character.isISOControl(c)
                        ? Character.toString(c)
                        : String.format("\\u%04x", c))
                .collect(Collectors.joining());
    }

    private static String summary(Previewed previewed) {
        List<PreviewedSequence> sequences = previewed.rows().stream()
                .flatMap(row -> row.sequences().stream())
                .toList();
        long unusable = previewed.rows().stream()
                .filter(row -> !row.findings().isEmpty())
                .count();
        long warned = previewed.rows().stream()
                .filter(row -> !row.warnings().isEmpty())
                .count();
        return rows(previewed.rows().size()) + ": " + counts(sequences)
                + (unusable == 0 ? "" : "; " + rows(unusable) + " cannot be trained on")
                + (warned == 0 ? "" : "; " + rows(warned) + (warned == 1 ? " has" : " have") + " warnings")
                + (previewed.more() ? "; the file goes on" : "");
    }

    private static String rows(long count) {
        return count + (count == 1 ? " row" : " rows");
    }
}
