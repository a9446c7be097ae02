package io.attune.dataset;

import java.util.ArrayList;
import java.util.List;

/** The first findings of a file, and how many more there were: a file may have one in every line. */
public final class Findings {

    private final List<Finding> first = new ArrayList<>();
    private int more;

    public void add(Finding finding) {
        if (first.size() < RowReader.MAX_FINDINGS) {
            first.add(finding);
        } else {
            more++;
        }
    }

    public void addAll(List<Finding> findings) {
        findings.forEach(this::add);
    }

    /** Tells this as the last of the findings that are kept. */
    void endWith(Finding finding) {
        if (first.size() == RowReader.MAX_FINDINGS) {
            first.remove(first.size() - 1);
            more++;
        }
        first.add(finding);
    }

    /** Counts findings of which no more is known. */
    public void addMore(int count) {
        more += count;
    }

    /** At most {@link RowReader#MAX_FINDINGS}. */
    public List<Finding> first() {
        return List.copyOf(first);
    }

    /** How many came after the first. */
    public int more() {
        return more;
    }
}
