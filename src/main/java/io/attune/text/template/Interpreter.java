package io.attune.text.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Renders a template once. */
final class Interpreter {

    /** What is kept of the message that a template raises. */
    private static final int MAX_MESSAGE = 500;

    /** How a body of statements ended. */
    private enum End {
        DONE,
        BREAK,
        CONTINUE
    }

    private final Budget budget = new Budget();
    private final Values values = new Values(budget);
    private StringBuilder output = new StringBuilder();
    private Scope scope;
    private int loopDepth;
    /** Whether the condition of a loop is being evaluated, see {@link #selected}. */
    private boolean selecting;
    /** Line of the expression that was looked at last, for messages. */
    private int line = 1;

    Interpreter(Map<String, ?> variables) {
        this.scope = Scope.of(variables);
    }

    String render(List<Statement> template) {
        try {
            run(template);
            return output.toString();
        } catch (UnsupportedTemplateException e) {
            throw e;
        } catch (TemplateException e) {
            throw new TemplateException(e.getMessage() + " (Line " + line + " of the template.)");
        }
    }

    private End run(List<Statement> statements) {
        for (Statement statement : statements) {
            budget.step();
            End end = run(statement);
            if (end != End.DONE) {
                return end;
            }
        }
        return End.DONE;
    }

    private End run(Statement statement) {
        if (statement instanceof Statement.Data data) {
            write(data.text());
        } else if (statement instanceof Statement.Print print) {
            write(values.text(value(print.value())));
        } else if (statement instanceof Statement.If branches) {
            return run(chosen(branches));
        } else if (statement instanceof Statement.For loop) {
            return loop(loop);
        } else if (statement instanceof Statement.Set set) {
            assign(set.targets(), set.unpacks(), value(set.value()));
        } else if (statement instanceof Statement.SetAttribute set) {
            setAttribute(set);
        } else if (statement instanceof Statement.SetBlock set) {
            scope.set(set.target(), captured(set.body()));
        } else if (statement instanceof Statement.Generation generation) {
            write(captured(generation.body()));
        } else if (statement instanceof Statement.Break) {
            return End.BREAK;
        } else if (statement instanceof Statement.Continue) {
            return End.CONTINUE;
        }
        return End.DONE;
    }

    private void write(String text) {
        budget.produce(text.length());
        output.append(text);
    }

    private List<Statement> chosen(Statement.If branches) {
        for (int i = 0; i < branches.tests().size(); i++) {
            if (Values.isTrue(value(branches.tests().get(i)))) {
                return branches.bodies().get(i);
            }
        }
        return branches.otherwise();
    }

    private End loop(Statement.For loop) {
        List<Object> items = values.iterate(value(loop.items()));
        if (loop.condition() != null) {
            items = selected(loop, items);
        }
        Scope around = scope;
        loopDepth++;
        for (int i = 0; i < items.size(); i++) {
            budget.step();
            scope = around.inner();
            scope.set("loop", new Loop(items, i, loopDepth));
            assign(loop.targets(), loop.unpacks(), items.get(i));
            if (run(loop.body()) == End.BREAK) {
                break;
            }
        }
        loopDepth--;
        scope = around;
        return items.isEmpty() ? run(loop.otherwise()) : End.DONE;
    }

    /**
     * The items that a loop's condition holds for. Jinja evaluates it between the rounds, here it comes before the
     * first: the same unless it reads a namespace, which the body could change.
     */
    private List<Object> selected(Statement.For loop, List<Object> items) {
        Scope around = scope;
        List<Object> selected = new ArrayList<>();
        boolean nested = selecting;
        selecting = true;
        for (Object item : items) {
            scope = around.inner();
            assign(loop.targets(), loop.unpacks(), item);
            if (Values.isTrue(value(loop.condition()))) {
                selected.add(item);
            }
        }
        selecting = nested;
        scope = around;
        return selected;
    }

    private void assign(List<String> targets, boolean unpacks, Object value) {
        if (!unpacks) {
            scope.set(targets.get(0), value);
            return;
        }
        Values.refuseUndefined(value, null);
        List<Object> parts = values.iterate(value);
        if (parts.size() != targets.size()) {
            throw new TemplateException(
                    "The chat template takes " + parts.size() + " items apart into " + targets.size() + ".");
        }
        for (int i = 0; i < targets.size(); i++) {
            scope.set(targets.get(i), parts.get(i));
        }
    }

    private void setAttribute(Statement.SetAttribute set) {
        Object value = value(set.value());
        if (!(scope.get(set.namespace()) instanceof Namespace namespace)) {
            throw new TemplateException(
                    "The chat template sets an attribute of '" + set.namespace() + "', which is no namespace.");
        }
        namespace.attributes().put(attributeName(set.attribute()), value);
    }

    private static String attributeName(String name) {
        if (name.startsWith("_")) {
            throw new TemplateException("The chat template sets the attribute '" + name + "', which is not allowed.");
        }
        return name;
    }

    /** What a body prints, with what it sets gone. */
    private String captured(List<Statement> body) {
        StringBuilder before = output;
        Scope around = scope;
        output = new StringBuilder();
        scope = around.inner();
        run(body);
        String captured = output.toString();
        output = before;
        scope = around;
        return captured;
    }

    private Object value(Expression expression) {
        budget.enter();
        line = expression.line();
        Object value = evaluated(expression);
        budget.leave();
        return value;
    }

    private Object evaluated(Expression expression) {
        if (expression instanceof Expression.Literal literal) {
            return literal.value();
        }
        if (expression instanceof Expression.Name name) {
            return scope.get(name.name());
        }
        if (expression instanceof Expression.Attribute attribute) {
            return attributeOf(value(attribute.object()), attribute.name());
        }
        if (expression instanceof Expression.Item item) {
            Object object = value(item.object());
            Object key = value(item.key());
            return object instanceof Namespace && key instanceof String name
                    ? attributeOf(object, name)
                    : values.item(object, key);
        }
        if (expression instanceof Expression.Slice slice) {
            return values.slice(
                    value(slice.object()), orNone(slice.start()), orNone(slice.stop()), orNone(slice.step()));
        }
        if (expression instanceof Expression.Not not) {
            return !Values.isTrue(value(not.operand()));
        }
        if (expression instanceof Expression.And and) {
            Object left = value(and.left());
            return Values.isTrue(left) ? value(and.right()) : left;
        }
        if (expression instanceof Expression.Or or) {
            Object left = value(or.left());
            return Values.isTrue(left) ? left : value(or.right());
        }
        if (expression instanceof Expression.Conditional conditional) {
            return conditional(conditional);
        }
        if (expression instanceof Expression.Sign sign) {
            return values.sign(sign.negative(), value(sign.operand()));
        }
        if (expression instanceof Expression.Arithmetic arithmetic) {
            return values.arithmetic(arithmetic.operator(), value(arithmetic.left()), value(arithmetic.right()));
        }
        if (expression instanceof Expression.Concatenation concatenation) {
            return concatenated(concatenation);
        }
        if (expression instanceof Expression.Comparison comparison) {
            return compared(comparison);
        }
        if (expression instanceof Expression.Filtered filtered) {
            return filtered.filter().apply(values, value(filtered.value()), arguments(filtered.arguments()));
        }
        if (expression instanceof Expression.Tested tested) {
            return tested.test().holds(values, value(tested.value()), arguments(tested.arguments()));
        }
        if (expression instanceof Expression.MethodCall call) {
            return call.method().call(values, value(call.object()), arguments(call.arguments()));
        }
        if (expression instanceof Expression.ListDisplay list) {
            return all(list.items());
        }
        if (expression instanceof Expression.TupleDisplay tuple) {
            return new Sequence.Tuple(all(tuple.items()));
        }
        if (expression instanceof Expression.DictDisplay dict) {
            return dict(dict);
        }
        if (expression instanceof Expression.Range range) {
            return values.range(all(range.arguments()));
        }
        if (expression instanceof Expression.NewNamespace namespace) {
            return namespace(namespace);
        }
        Expression.Raise raise = (Expression.Raise) expression;
        String message = values.text(value(raise.message()));
        throw new TemplateException("The chat template refuses the conversation: "
                + message.substring(0, Math.min(message.length(), MAX_MESSAGE)));
    }

    private Object attributeOf(Object object, String name) {
        if (selecting && object instanceof Namespace) {
            throw new UnsupportedTemplateException("a namespace in the condition of a loop", line);
        }
        return values.attribute(object, name);
    }

    private Object orNone(Expression expression) {
        return expression == null ? null : value(expression);
    }

    private List<Object> all(List<Expression> expressions) {
        List<Object> all = new ArrayList<>(expressions.size());
        for (Expression expression : expressions) {
            all.add(value(expression));
        }
        return all;
    }

    private Object conditional(Expression.Conditional conditional) {
        if (Values.isTrue(value(conditional.test()))) {
            return value(conditional.then());
        }
        return conditional.otherwise() == null
                ? new Undefined("an inline if without else that was false")
                : value(conditional.otherwise());
    }

    private String concatenated(Expression.Concatenation concatenation) {
        StringBuilder text = new StringBuilder();
        for (Expression part : concatenation.parts()) {
            String next = values.text(value(part));
            budget.produce(next.length());
            text.append(next);
        }
        return text.toString();
    }

    private boolean compared(Expression.Comparison comparison) {
        Object left = value(comparison.first());
        for (int i = 0; i < comparison.operators().size(); i++) {
            Object right = value(comparison.operands().get(i));
            boolean holds = switch (comparison.operators().get(i)) {
                case "==" -> values.equal(left, right);
                case "!=" -> !values.equal(left, right);
                case "<" -> values.compare(left, right) < 0;
                case ">" -> values.compare(left, right) > 0;
                case "<=" -> values.compare(left, right) <= 0;
                case ">=" -> values.compare(left, right) >= 0;
                case "in" -> values.contains(right, left);
                default -> !values.contains(right, left);
            };
            if (!holds) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private Arguments arguments(List<Expression> expressions) {
        if (expressions.isEmpty()) {
            return Arguments.NONE;
        }
        Map<Integer, Object> given = new HashMap<>();
        for (int i = 0; i < expressions.size(); i++) {
            if (expressions.get(i) != null) {
                given.put(i, value(expressions.get(i)));
            }
        }
        return new Arguments(given);
    }

    private Map<Object, Object> dict(Expression.DictDisplay display) {
        Map<Object, Object> dict = new LinkedHashMap<>();
        for (int i = 0; i < display.keys().size(); i++) {
            Object key = value(display.keys().get(i));
            dict.put(Values.key(key), value(display.values().get(i)));
        }
        return dict;
    }

    private Namespace namespace(Expression.NewNamespace display) {
        Namespace namespace = new Namespace();
        for (int i = 0; i < display.names().size(); i++) {
            namespace
                    .attributes()
                    .put(
                            attributeName(display.names().get(i)),
                            value(display.values().get(i)));
        }
        return namespace;
    }
}
