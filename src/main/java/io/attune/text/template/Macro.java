package io.attune.text.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A macro, or the {@code caller} of a {@code call} block. */
final class Macro implements Callable {

    /** Levels of the stack that a call takes, in addition to those of the macro's body. */
    private static final int CALL_DEPTH = 20;

    /**
     * The static properties of a macro.
     *
     * @param name null for the {@code caller} of a block
     * @param slots slots of the parameters in the macro's frame. {@code caller}, {@code kwargs} and {@code varargs}
     *     have a slot if the body uses them, else -1
     * @param explicitCaller whether {@code caller} is one of the parameters
     * @param depth nested levels of the body
     */
    record Shape(
            String name,
            List<String> parameters,
            int[] slots,
            int caller,
            int kwargs,
            int varargs,
            boolean explicitCaller,
            Symbols.Function function,
            int depth,
            boolean markup,
            Steps body) {}

    private final Shape shape;
    private final Frame outer;

    Macro(Shape shape, Frame outer) {
        this.shape = shape;
        this.outer = outer;
    }

    @Override
    public Object call(Run run, Passed passed) {
        run.budget().produceItems(2L + shape.function().size() / 4);
        Frame frame = new Frame(run, shape.function().size(), outer);
        bind(frame, passed);
        run.budget().enter(shape.depth() + CALL_DEPTH);
        String text = run.captured(shape.body(), frame);
        run.budget().leave(shape.depth() + CALL_DEPTH);
        return shape.markup() ? new Markup(text) : text;
    }

    /** Fills the slots of the parameters. Slots without an argument stay empty for the defaults. */
    private void bind(Frame frame, Passed passed) {
        List<Object> positional = passed.positional();
        int parameters = shape.parameters().size();
        Map<String, Object> named = passed.named().isEmpty() ? Map.of() : new LinkedHashMap<>(passed.named());
        for (int i = 0; i < parameters; i++) {
            String name = shape.parameters().get(i);
            if (i < positional.size()) {
                frame.slots[shape.slots()[i]] = positional.get(i);
            } else if (named.containsKey(name)) {
                frame.slots[shape.slots()[i]] = named.remove(name);
            }
        }
        if (shape.caller() >= 0) {
            Object caller = named.isEmpty() ? null : named.remove("caller");
            frame.slots[shape.caller()] = caller == null ? Undefined.missing("'caller'") : caller;
        }
        if (shape.kwargs() >= 0) {
            frame.slots[shape.kwargs()] = new LinkedHashMap<Object, Object>(named);
        } else if (!named.isEmpty()) {
            throw new TemplateException("The chat template gives the macro '" + shape.name() + "' the argument '"
                    + named.keySet().iterator().next() + "', which it does not have.");
        }
        if (shape.varargs() >= 0) {
            frame.slots[shape.varargs()] = positional.size() > parameters
                    ? new Tuple(new ArrayList<>(positional.subList(parameters, positional.size())))
                    : Tuple.EMPTY;
        } else if (positional.size() > parameters) {
            throw new TemplateException("The chat template calls the macro '" + shape.name() + "' with "
                    + positional.size() + " arguments, but it takes " + parameters + ".");
        }
    }

    Object get(String attribute) {
        return switch (attribute) {
            case "name" -> shape.name();
            case "arguments" -> new Tuple(new ArrayList<>(shape.parameters()));
            case "catch_kwargs" -> shape.kwargs() >= 0;
            case "catch_varargs" -> shape.varargs() >= 0;
            case "caller" -> shape.caller() >= 0 || shape.explicitCaller();
            case "explicit_caller" -> shape.explicitCaller();
            default -> Undefined.missing("'" + attribute + "' of a macro");
        };
    }

    String name() {
        return shape.name();
    }
}
