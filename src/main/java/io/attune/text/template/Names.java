package io.attune.text.template;

import io.attune.text.template.Statement.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Finds the names that parts of a template use and set, for {@link Symbols}. */
final class Names {

    private Names() {}

    /** Records in a scope the names that its statements use and set. Skips statements in inner scopes. */
    static void of(List<Statement> statements, Symbols symbols) {
        for (Statement statement : statements) {
            of(statement, symbols);
        }
    }

    private static void of(Statement statement, Symbols symbols) {
        if (statement instanceof Statement.If branches) {
            of(branches, symbols);
        } else if (statement instanceof Statement.Set set) {
            of(set.value(), symbols);
            of(set.target(), symbols);
        } else if (statement instanceof Statement.SetBlock set) {
            of(set.target(), symbols);
        } else if (statement instanceof Statement.Macro macro) {
            symbols.store(macro.name());
        } else if (statement instanceof Statement.For loop) {
            of(loop.items(), symbols);
        } else if (statement instanceof Statement.FilterBlock block) {
            of(block.filters(), symbols);
        } else if (statement instanceof Statement.CallBlock block) {
            of(block.call(), symbols);
        } else if (statement instanceof Statement.With with) {
            with.values().forEach(value -> of(value, symbols));
        } else if (statement instanceof Statement.Print print) {
            print.values().forEach(value -> of(value, symbols));
        }
    }

    private static void of(Statement.If branches, Symbols symbols) {
        of(branches.tests().get(0), symbols);
        Symbols first = symbols.branch();
        of(branches.bodies().get(0), first);
        Symbols others = symbols.branch();
        for (int i = 1; i < branches.tests().size(); i++) {
            of(branches.tests().get(i), others);
            Symbols body = others.branch();
            of(branches.bodies().get(i), body);
            others.merge(body);
        }
        Symbols otherwise = symbols.branch();
        of(branches.otherwise(), otherwise);
        symbols.merge(first, others, otherwise);
    }

    static void of(Target target, Symbols symbols) {
        if (target instanceof Target.Name name) {
            symbols.store(name.name());
        } else if (target instanceof Target.Attribute attribute) {
            symbols.load(attribute.namespace());
        } else {
            ((Target.Unpacking) target).parts().forEach(part -> of(part, symbols));
        }
    }

    /** Records the names of a target as parameters. The code that enters the scope sets them. */
    static void asParameters(Target target, Symbols symbols) {
        if (target instanceof Target.Name name) {
            symbols.parameter(name.name());
        } else if (target instanceof Target.Unpacking unpacking) {
            unpacking.parts().forEach(part -> asParameters(part, symbols));
        }
    }

    static void of(Expression expression, Symbols symbols) {
        forEach(expression, symbols::load);
    }

    private static void forEach(Expression expression, Consumer<String> action) {
        if (expression instanceof Expression.Name name) {
            action.accept(name.name());
        }
        for (Expression part : parts(expression)) {
            forEach(part, action);
        }
    }

    /** Returns the number of nodes of an expression, which is the cost of one run. */
    static int count(Expression expression) {
        int count = 1;
        for (Expression part : parts(expression)) {
            count += count(part);
        }
        return count;
    }

    /** Returns the nested levels of an expression. */
    static int depth(Expression expression) {
        int depth = 0;
        for (Expression part : parts(expression)) {
            depth = Math.max(depth, depth(part));
        }
        return depth + 1;
    }

    /** Returns the nested levels of statements, including inner scopes. */
    static int depth(List<Statement> statements) {
        int depth = 0;
        for (Statement statement : statements) {
            for (Expression expression : expressions(statement)) {
                depth = Math.max(depth, depth(expression));
            }
            for (List<Statement> body : bodies(statement)) {
                depth = Math.max(depth, depth(body));
            }
        }
        return depth + 1;
    }

    /** Whether the statements use a name anywhere, including inner scopes. */
    static boolean mention(List<Statement> statements, String name) {
        boolean[] found = new boolean[1];
        for (Statement statement : statements) {
            expressions(statement).forEach(expression -> forEach(expression, other -> found[0] |= other.equals(name)));
            bodies(statement).forEach(body -> found[0] |= mention(body, name));
        }
        return found[0];
    }

    private static List<Expression> parts(Expression expression) {
        if (expression instanceof Expression.ListDisplay list) {
            return list.items();
        }
        if (expression instanceof Expression.TupleDisplay tuple) {
            return tuple.items();
        }
        if (expression instanceof Expression.DictDisplay dict) {
            return joined(dict.keys(), dict.values());
        }
        if (expression instanceof Expression.Attribute attribute) {
            return List.of(attribute.object());
        }
        if (expression instanceof Expression.Item item) {
            return List.of(item.object(), item.key());
        }
        if (expression instanceof Expression.Slice slice) {
            return given(slice.object(), slice.start(), slice.stop(), slice.step());
        }
        if (expression instanceof Expression.Not not) {
            return List.of(not.operand());
        }
        if (expression instanceof Expression.And and) {
            return List.of(and.left(), and.right());
        }
        if (expression instanceof Expression.Or or) {
            return List.of(or.left(), or.right());
        }
        if (expression instanceof Expression.Sign sign) {
            return List.of(sign.operand());
        }
        if (expression instanceof Expression.Arithmetic arithmetic) {
            return List.of(arithmetic.left(), arithmetic.right());
        }
        if (expression instanceof Expression.Concatenation concatenation) {
            return concatenation.parts();
        }
        if (expression instanceof Expression.Comparison comparison) {
            return joined(List.of(comparison.first()), comparison.operands());
        }
        if (expression instanceof Expression.Conditional conditional) {
            return given(conditional.test(), conditional.then(), conditional.otherwise());
        }
        if (expression instanceof Expression.Called called) {
            return joined(List.of(called.callee()), passed(called.arguments()));
        }
        if (expression instanceof Expression.Filtered filtered) {
            return joined(given(filtered.value()), passed(filtered.arguments()));
        }
        if (expression instanceof Expression.Tested tested) {
            return joined(List.of(tested.value()), passed(tested.arguments()));
        }
        return List.of();
    }

    private static List<Expression> passed(Expression.Passed passed) {
        return joined(joined(passed.positional(), passed.named()), given(passed.list(), passed.dict()));
    }

    private static List<Expression> given(Expression... expressions) {
        return Arrays.stream(expressions).filter(Objects::nonNull).toList();
    }

    private static List<Expression> joined(List<Expression> a, List<Expression> b) {
        List<Expression> joined = new ArrayList<>(a);
        joined.addAll(b);
        return joined;
    }

    private static List<Expression> expressions(Statement statement) {
        if (statement instanceof Statement.Print print) {
            return print.values();
        }
        if (statement instanceof Statement.If branches) {
            return branches.tests();
        }
        if (statement instanceof Statement.For loop) {
            return given(loop.items(), loop.condition());
        }
        if (statement instanceof Statement.Set set) {
            return set.target() instanceof Target.Attribute attribute
                    ? List.of(new Expression.Name(attribute.namespace()), set.value())
                    : List.of(set.value());
        }
        if (statement instanceof Statement.SetBlock set) {
            return given(set.filters());
        }
        if (statement instanceof Statement.With with) {
            return with.values();
        }
        if (statement instanceof Statement.Macro macro) {
            return macro.parameters().defaults();
        }
        if (statement instanceof Statement.CallBlock block) {
            return joined(List.of(block.call()), block.parameters().defaults());
        }
        return statement instanceof Statement.FilterBlock block ? List.of(block.filters()) : List.of();
    }

    private static List<List<Statement>> bodies(Statement statement) {
        if (statement instanceof Statement.If branches) {
            List<List<Statement>> bodies = new ArrayList<>(branches.bodies());
            bodies.add(branches.otherwise());
            return bodies;
        }
        if (statement instanceof Statement.For loop) {
            return List.of(loop.body(), loop.otherwise());
        }
        if (statement instanceof Statement.SetBlock set) {
            return List.of(set.body());
        }
        if (statement instanceof Statement.With with) {
            return List.of(with.body());
        }
        if (statement instanceof Statement.Macro macro) {
            return List.of(macro.body());
        }
        if (statement instanceof Statement.CallBlock block) {
            return List.of(block.body());
        }
        if (statement instanceof Statement.FilterBlock block) {
            return List.of(block.body());
        }
        if (statement instanceof Statement.Autoescape block) {
            return List.of(block.body());
        }
        return statement instanceof Statement.Generation generation ? List.of(generation.body()) : List.of();
    }
}
