package io.attune.text.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compiles expressions to {@link Code}. */
final class ExpressionCompiler {

    /** Computes the arguments of a call at run time. */
    private interface Passing {
        Passed values(Frame frame);
    }

    private final Variables variables;

    ExpressionCompiler(Variables variables) {
        this.variables = variables;
    }

    Code compile(Expression expression, Scope scope) {
        if (expression instanceof Expression.Literal literal) {
            Object value = literal.value();
            return frame -> value;
        }
        if (expression instanceof Expression.Name name) {
            return name(name.name(), scope.symbols());
        }
        if (expression instanceof Expression.Attribute attribute) {
            Code object = compile(attribute.object(), scope);
            String name = attribute.name();
            return frame -> Attributes.attribute(frame.run, object.value(frame), name);
        }
        if (expression instanceof Expression.Item item) {
            Code object = compile(item.object(), scope);
            Code key = compile(item.key(), scope);
            return frame -> Attributes.item(frame.run, object.value(frame), key.value(frame));
        }
        if (expression instanceof Expression.Slice slice) {
            Code object = compile(slice.object(), scope);
            Code start = orNone(slice.start(), scope);
            Code stop = orNone(slice.stop(), scope);
            Code step = orNone(slice.step(), scope);
            return frame -> Items.slice(
                    frame.run, object.value(frame), start.value(frame), stop.value(frame), step.value(frame));
        }
        if (expression instanceof Expression.Called called) {
            return called(called, scope);
        }
        if (expression instanceof Expression.Filtered filtered) {
            return filtered(filtered, compile(filtered.value(), scope), scope);
        }
        if (expression instanceof Expression.Tested tested) {
            return tested(tested, scope);
        }
        return operation(expression, scope);
    }

    private Code operation(Expression expression, Scope scope) {
        if (expression instanceof Expression.Not not) {
            Code operand = compile(not.operand(), scope);
            return frame -> !Values.isTrue(operand.value(frame));
        }
        if (expression instanceof Expression.And and) {
            Code left = compile(and.left(), scope);
            Code right = compile(and.right(), scope);
            return frame -> {
                Object value = left.value(frame);
                return Values.isTrue(value) ? right.value(frame) : value;
            };
        }
        if (expression instanceof Expression.Or or) {
            Code left = compile(or.left(), scope);
            Code right = compile(or.right(), scope);
            return frame -> {
                Object value = left.value(frame);
                return Values.isTrue(value) ? value : right.value(frame);
            };
        }
        if (expression instanceof Expression.Conditional conditional) {
            return conditional(conditional, scope);
        }
        if (expression instanceof Expression.Sign sign) {
            Code operand = compile(sign.operand(), scope);
            boolean negative = sign.negative();
            return frame -> Arithmetic.sign(negative, operand.value(frame));
        }
        if (expression instanceof Expression.Arithmetic arithmetic) {
            Code left = compile(arithmetic.left(), scope);
            Code right = compile(arithmetic.right(), scope);
            Arithmetic operator = Arithmetic.of(arithmetic.operator());
            return frame -> operator.apply(frame.run, left.value(frame), right.value(frame));
        }
        if (expression instanceof Expression.Comparison comparison) {
            return comparison(comparison, scope);
        }
        if (expression instanceof Expression.Concatenation concatenation) {
            return concatenation(concatenation, scope);
        }
        if (expression instanceof Expression.DictDisplay dict) {
            return dict(dict, scope);
        }
        if (expression instanceof Expression.ListDisplay list) {
            Code[] items = all(list.items(), scope);
            return frame -> values(items, frame);
        }
        Code[] items = all(((Expression.TupleDisplay) expression).items(), scope);
        return frame -> new Tuple(values(items, frame));
    }

    private Code orNone(Expression expression, Scope scope) {
        return expression == null ? frame -> null : compile(expression, scope);
    }

    private Code[] all(List<Expression> expressions, Scope scope) {
        return expressions.stream().map(e -> compile(e, scope)).toArray(Code[]::new);
    }

    private static List<Object> values(Code[] codes, Frame frame) {
        frame.run.budget().produceItems(codes.length + 1L);
        Object[] values = new Object[codes.length];
        for (int i = 0; i < codes.length; i++) {
            values[i] = codes[i].value(frame);
        }
        return Arrays.asList(values);
    }

    // names

    private Code name(String name, Symbols symbols) {
        Code raw = raw(name, symbols);
        Undefined undefined = Undefined.missing("'" + name + "'");
        if (name.equals(GenerationPrompt.NAME)) {
            return frame -> {
                Object value = GenerationPrompt.read(raw.value(frame));
                return value == Frame.MISSING ? undefined : value;
            };
        }
        return frame -> {
            Object value = raw.value(frame);
            return value == Frame.MISSING ? undefined : value;
        };
    }

    /** Returns a name's value without checking it; {@link Frame#MISSING} if the name has no value. */
    Code raw(String name, Symbols symbols) {
        return raw(name, symbols, symbols);
    }

    /** Returns the value that a name has in the surrounding scope, for the code of the inner scope. */
    Code around(String name, Symbols symbols) {
        return raw(name, symbols.parent(), symbols);
    }

    private Code raw(String name, Symbols known, Symbols from) {
        Symbols.Slot slot = known.find(name);
        return slot == null || known.isVariable(slot) ? variable(name, from) : slot(slot, from);
    }

    /** Returns the value that a scope finds under a name outside the template, or outside a block. */
    Code variable(String name, Symbols symbols) {
        int index = variables.index(name);
        Symbols.Slot exported = symbols.exported(name);
        if (exported == null) {
            return frame -> frame.run.variable(index);
        }
        Code set = slot(exported, symbols);
        return frame -> {
            Object value = set.value(frame);
            return value == Frame.MISSING ? frame.run.variable(index) : value;
        };
    }

    private static Code slot(Symbols.Slot slot, Symbols symbols) {
        int index = slot.index();
        int distance = slot.function().distance(symbols.function());
        return distance == 0 ? frame -> frame.slots[index] : frame -> frame.around(distance).slots[index];
    }

    // calls

    private Code called(Expression.Called called, Scope scope) {
        Passing passing = passing(called.arguments(), scope);
        if (called.callee() instanceof Expression.Attribute attribute) {
            Code object = compile(attribute.object(), scope);
            String name = attribute.name();
            return frame -> Attributes.call(frame.run, object.value(frame), name, passing.values(frame));
        }
        Code callee = compile(called.callee(), scope);
        return frame -> Values.call(frame.run, callee.value(frame), passing.values(frame));
    }

    /** Compiles a call with one more argument, {@code caller}. */
    Code calledWith(Expression.Called called, Code caller, Scope scope) {
        Passing passing = passing(called.arguments(), scope);
        Code callee = compile(called.callee(), scope);
        return frame -> {
            Passed passed = passing.values(frame);
            Map<String, Object> named = new LinkedHashMap<>(passed.named());
            named.put("caller", caller.value(frame));
            return Values.call(frame.run, callee.value(frame), new Passed(passed.positional(), named));
        };
    }

    /** Applies the filters of a block to the content of the block. */
    Code blockFilters(Expression filters, Code held, Scope scope) {
        Expression.Filtered filtered = (Expression.Filtered) filters;
        Code value = filtered.value() == null ? held : blockFilters(filtered.value(), held, scope);
        return filtered(filtered, value, scope);
    }

    private Code filtered(Expression.Filtered filtered, Code value, Scope scope) {
        Filter filter = Filter.named(filtered.filter());
        if (filter == null) {
            return notKnown("filter", filtered.filter());
        }
        if (scope.escaping() && filter.knowsEscaping()) {
            return frame -> {
                throw new TemplateException("The chat template uses the filter '" + filtered.filter()
                        + "' inside of autoescape, which is not supported here.");
            };
        }
        Passing passing = passing(filtered.arguments(), scope);
        return frame -> filter.apply(frame.run, value.value(frame), passing.values(frame));
    }

    private Code tested(Expression.Tested tested, Scope scope) {
        Test test = Test.named(tested.test());
        if (test == null) {
            return notKnown("test", tested.test());
        }
        if (test == Test.DEFINED && tested.value() instanceof Expression.Name name) {
            Code raw = raw(name.name(), scope.symbols());
            return frame -> {
                Object value = raw.value(frame);
                return value != Frame.MISSING && !(value instanceof Undefined);
            };
        }
        Code value = compile(tested.value(), scope);
        Passing passing = passing(tested.arguments(), scope);
        return frame -> test.holds(frame.run, value.value(frame), passing.values(frame));
    }

    private static Code notKnown(String kind, String name) {
        return frame -> {
            throw new TemplateException(
                    "The chat template uses the " + kind + " '" + name + "', which does not exist.");
        };
    }

    private Passing passing(Expression.Passed passed, Scope scope) {
        Code[] positional = all(passed.positional(), scope);
        if (passed.names().isEmpty() && passed.list() == null && passed.dict() == null) {
            return positional.length == 0
                    ? frame -> Passed.NOTHING
                    : frame -> new Passed(values(positional, frame), Map.of());
        }
        Code[] named = all(passed.named(), scope);
        Code list = orNone(passed.list(), scope);
        Code dict = orNone(passed.dict(), scope);
        return frame -> {
            List<Object> all = new ArrayList<>(values(positional, frame));
            Map<String, Object> byName = new LinkedHashMap<>();
            for (int i = 0; i < named.length; i++) {
                byName.put(passed.names().get(i), named[i].value(frame));
            }
            if (passed.list() != null) {
                all.addAll(Items.list(frame.run, list.value(frame)));
            }
            if (passed.dict() != null) {
                Dicts.named(frame.run, dict.value(frame), byName);
            }
            return new Passed(all, byName);
        };
    }

    // operators

    private Code conditional(Expression.Conditional conditional, Scope scope) {
        Code test = compile(conditional.test(), scope);
        Code then = compile(conditional.then(), scope);
        Undefined undefined = Undefined.missing("an inline if without else that was false");
        Code otherwise = conditional.otherwise() == null ? frame -> undefined : compile(conditional.otherwise(), scope);
        return frame -> Values.isTrue(test.value(frame)) ? then.value(frame) : otherwise.value(frame);
    }

    private Code concatenation(Expression.Concatenation concatenation, Scope scope) {
        Code[] parts = all(concatenation.parts(), scope);
        if (scope.escaping()) {
            return frame -> Values.joined(frame.run, values(parts, frame));
        }
        return frame -> {
            StringBuilder text = new StringBuilder();
            for (Code part : parts) {
                String next = Printing.text(frame.run, part.value(frame));
                frame.run.budget().extend(text, next.length());
                text.append(next);
            }
            return text.toString();
        };
    }

    private Code comparison(Expression.Comparison comparison, Scope scope) {
        Code first = compile(comparison.first(), scope);
        Code[] operands = all(comparison.operands(), scope);
        Comparison[] operators =
                comparison.operators().stream().map(Comparison::of).toArray(Comparison[]::new);
        if (operators.length == 1) {
            Comparison operator = operators[0];
            Code second = operands[0];
            return frame -> operator.holds(frame.run, first.value(frame), second.value(frame));
        }
        return frame -> {
            Object left = first.value(frame);
            for (int i = 0; i < operators.length; i++) {
                Object right = operands[i].value(frame);
                if (!operators[i].holds(frame.run, left, right)) {
                    return false;
                }
                left = right;
            }
            return true;
        };
    }

    private Code dict(Expression.DictDisplay display, Scope scope) {
        Code[] keys = all(display.keys(), scope);
        Code[] values = all(display.values(), scope);
        return frame -> {
            Map<Object, Object> dict = new LinkedHashMap<>();
            frame.run.budget().produceItems(2L * keys.length + 4);
            for (int i = 0; i < keys.length; i++) {
                Dicts.put(frame.run, dict, keys[i].value(frame), values[i].value(frame));
            }
            return dict;
        };
    }
}
