package io.attune.text.template;

import java.util.AbstractList;

/** The result of {@code range}. Lists its integers without storing them. */
final class Range extends AbstractList<Object> {

    /** Maximum length of {@code range()}, as in Jinja's sandbox. */
    private static final int MAX = 100_000;

    private final long start;
    private final long stop;
    private final long step;
    private final int size;

    private Range(long start, long stop, long step, int size) {
        this.start = start;
        this.stop = stop;
        this.step = step;
        this.size = size;
    }

    static Range of(long start, long stop, long step) {
        if (step == 0) {
            throw new TemplateException("The chat template uses a range of step 0.");
        }
        long count = Math.max(0, (stop - start + step - Long.signum(step)) / step);
        if (count > MAX) {
            throw new TemplateException("The chat template uses a range of more than " + MAX + " items.");
        }
        return new Range(start, stop, step, (int) count);
    }

    @Override
    public Object get(int index) {
        return start + index * step;
    }

    @Override
    public int size() {
        return size;
    }

    /** Returns every {@code by}th item from index {@code from} to before {@code to}. */
    Range slice(int from, int to, int by) {
        return of(start + from * step, start + to * step, by * step);
    }

    Object get(String attribute) {
        return switch (attribute) {
            case "start" -> start;
            case "stop" -> stop;
            case "step" -> step;
            default -> {
                Method method = attribute.equals("copy") ? null : Method.ofList(attribute);
                yield method != null
                        ? new BoundMethod(method, this)
                        : Undefined.missing("'" + attribute + "' of a range");
            }
        };
    }

    /** Returns the text that Python prints. */
    String text() {
        return "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")";
    }
}
