package io.attune.dataset;

import java.util.ArrayList;
import java.util.List;

/** Keeps the first findings of a file, and counts the others. A file may have a finding in every line. */
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

    /** Adds the last finding. If the list is full, replaces its last entry. */
    void endWith(Finding finding) {
        if (first.size() == RowReader.MAX_FINDINGS) {
            first.remove(first.size() - 1);
            more++;
        }
        first.add(finding);
    }

    /** Counts findings without any detail. */
    public void addMore(int count) {
        more += count;
    }

    /** The first findings, at most {@link RowReader#MAX_FINDINGS}. */
    public List<Finding> first() {
        return List.copyOf(first);
    }

    /** The number of findings after the first ones. */
    public int more() {
        return more;
    }
}
