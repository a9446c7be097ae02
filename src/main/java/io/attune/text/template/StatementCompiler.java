package io.attune.text.template;

import io.attune.text.template.Statement.Parameters;
import io.attune.text.template.Statement.Target;
import java.util.ArrayList;
import java.util.List;

/** Compiles statements to {@link Step}s. */
final class StatementCompiler {

    private final Variables variables = new Variables();
    private final ExpressionCompiler expressions = new ExpressionCompiler(variables);
    private final Symbols template = Symbols.root();

    private StatementCompiler() {}

    /** Compiles a template. */
    static Program compile(List<Statement> statements) {
        StatementCompiler compiler = new StatementCompiler();
        Names.of(statements, compiler.template);
        Steps body = compiler.steps(statements, new Scope(compiler.template, false, true));
        Entrance entrance = Entrance.of(compiler.template, compiler.expressions);
        return new Program(body, entrance, compiler.template.function().size(), compiler.variables);
    }

    private Steps steps(List<Statement> statements, Scope scope) {
        return new Steps(statements.stream().map(s -> step(s, scope)).toArray(Step[]::new), scope.tracked());
    }

    private Step step(Statement statement, Scope scope) {
        if (statement instanceof Statement.Data data) {
            String text = data.text();
            return frame -> {
                frame.run.budget().step(1);
                frame.run.write(text);
                return Step.End.DONE;
            };
        }
        if (statement instanceof Statement.Print print) {
            return print(print, scope);
        }
        if (statement instanceof Statement.If branches) {
            return new IfStep(
                    branches.tests().stream()
                            .map(t -> expressions.compile(t, scope))
                            .toArray(Code[]::new),
                    branches.tests().stream().mapToInt(Names::count).toArray(),
                    branches.bodies().stream().map(b -> steps(b, scope)).toArray(Steps[]::new),
                    steps(branches.otherwise(), scope),
                    branches.line());
        }
        if (statement instanceof Statement.For loop) {
            return loop(loop, scope);
        }
        if (statement instanceof Statement.Set set) {
            Code value = expressions.compile(set.value(), scope);
            Assignment target = Assignment.of(set.target(), scope.symbols(), expressions);
            int cost = Names.count(set.value());
            return frame -> {
                begin(frame, set.line(), cost);
                target.assign(frame, value.value(frame));
                return Step.End.DONE;
            };
        }
        return block(statement, scope);
    }

    private Step block(Statement statement, Scope scope) {
        if (statement instanceof Statement.SetBlock set) {
            return setBlock(set, scope);
        }
        if (statement instanceof Statement.FilterBlock block) {
            return filterBlock(block, scope);
        }
        if (statement instanceof Statement.Generation generation) {
            Macro.Shape shape = macro(null, Parameters.NONE, generation.body(), scope);
            return frame -> {
                frame.run.write(Printing.text(frame.run, new Macro(shape, frame).call(frame.run, Passed.NOTHING)));
                return Step.End.DONE;
            };
        }
        if (statement instanceof Statement.With with) {
            return with(with, scope);
        }
        if (statement instanceof Statement.Macro macro) {
            Macro.Shape shape = macro(macro.name(), macro.parameters(), macro.body(), scope);
            int slot = scope.symbols().find(macro.name()).index();
            return frame -> {
                begin(frame, macro.line(), 1);
                frame.run.budget().produceItems(2);
                frame.slots[slot] = new Macro(shape, frame);
                return Step.End.DONE;
            };
        }
        if (statement instanceof Statement.CallBlock block) {
            Macro.Shape shape = macro(null, block.parameters(), block.body(), scope);
            Code call = expressions.calledWith(block.call(), frame -> new Macro(shape, frame), scope);
            int cost = Names.count(block.call());
            return frame -> {
                begin(frame, block.line(), cost);
                frame.run.write(Printing.text(frame.run, call.value(frame)));
                return Step.End.DONE;
            };
        }
        if (statement instanceof Statement.Block block) {
            return templateBlock(block, scope);
        }
        if (statement instanceof Statement.Autoescape autoescape) {
            return autoescape(autoescape, scope);
        }
        if (statement instanceof Statement.Unavailable unavailable) {
            return frame -> {
                begin(frame, unavailable.line(), 1);
                throw new TemplateException(
                        "The chat template uses '" + unavailable.tag() + "', but there are no other templates.");
            };
        }
        Step.End end = statement instanceof Statement.Break ? Step.End.BREAK : Step.End.CONTINUE;
        return frame -> end;
    }

    private static void begin(Frame frame, int line, int cost) {
        frame.run.line = line;
        frame.run.budget().step(cost);
    }

    private Step print(Statement.Print print, Scope scope) {
        Code[] values =
                print.values().stream().map(v -> expressions.compile(v, scope)).toArray(Code[]::new);
        int cost = print.values().stream().mapToInt(Names::count).sum();
        boolean escaping = scope.escaping();
        return frame -> {
            Run run = frame.run;
            begin(frame, print.line(), cost);
            for (Code value : values) {
                Object printed = value.value(frame);
                run.write(escaping ? Markup.of(run, printed) : Printing.text(run, printed));
            }
            return Step.End.DONE;
        };
    }

    private Step loop(Statement.For loop, Scope scope) {
        Code items = expressions.compile(loop.items(), scope);
        Symbols symbols = loop.recursive()
                ? scope.symbols().innerFunction()
                : scope.symbols().inner();
        Symbols.Slot loopSlot =
                loop.recursive() || Names.mention(loop.body(), "loop") ? symbols.parameter("loop") : null;
        Names.asParameters(loop.target(), symbols);
        Names.of(loop.body(), symbols);
        Symbols elseSymbols = scope.symbols().innerBeside(symbols, "+");
        Names.of(loop.otherwise(), elseSymbols);
        LoopCondition condition = null;
        if (loop.condition() != null) {
            Symbols test = scope.symbols().innerBeside(symbols, "if");
            Names.asParameters(loop.target(), test);
            Names.of(loop.condition(), test);
            condition = new LoopCondition(
                    Entrance.of(test, expressions),
                    Assignment.of(loop.target(), test, expressions),
                    expressions.compile(loop.condition(), scope.with(test)),
                    Names.count(loop.condition()),
                    loop.target() instanceof Target.Unpacking);
        }
        Scope inner = scope.with(symbols);
        ForStep.Body body = new ForStep.Body(
                Entrance.of(symbols, expressions),
                Assignment.of(loop.target(), symbols, expressions),
                loopSlot == null ? -1 : loopSlot.index(),
                steps(loop.body(), inner),
                condition,
                Entrance.of(elseSymbols, expressions),
                steps(loop.otherwise(), scope.with(elseSymbols)));
        int cost = Names.count(loop.items());
        if (!loop.recursive()) {
            return new ForStep(items, body, scope.tracked(), loop.line(), cost);
        }
        RecursiveLoop recursive = new RecursiveLoop(body, symbols.function(), Names.depth(List.of(loop)));
        return frame -> {
            begin(frame, loop.line(), cost);
            frame.run.write(recursive.text(frame, items.value(frame), 0));
            return Step.End.DONE;
        };
    }

    private Step setBlock(Statement.SetBlock set, Scope scope) {
        Captured captured = captured(set.body(), set.filters(), scope);
        Assignment target = Assignment.of(set.target(), scope.symbols(), expressions);
        return frame -> {
            begin(frame, set.line(), captured.cost());
            Step.End end = captured.run(frame);
            if (end == Step.End.DONE) {
                target.assign(frame, captured.value(frame));
                captured.entrance().leave(frame);
            }
            return end; // if the body leaves the loop around it, its output is lost
        };
    }

    private Step filterBlock(Statement.FilterBlock block, Scope scope) {
        Captured captured = captured(block.body(), block.filters(), scope);
        return frame -> {
            begin(frame, block.line(), captured.cost());
            Step.End end = captured.run(frame);
            if (end == Step.End.DONE) {
                frame.run.write(Printing.text(frame.run, captured.value(frame)));
                captured.entrance().leave(frame);
            }
            return end;
        };
    }

    /** A body that writes into a slot, and the filters on its output. */
    private record Captured(Steps body, Entrance entrance, int slot, Code filters, int cost, boolean escaping) {

        Step.End run(Frame frame) {
            entrance.enter(frame);
            StringBuilder text = new StringBuilder();
            Step.End end = frame.run.divert(text, body::run, frame);
            frame.slots[slot] = escaping ? new Markup(text.toString()) : text.toString();
            return end;
        }

        Object value(Frame frame) {
            Object value = filters.value(frame);
            return escaping ? new Markup(Printing.text(frame.run, value)) : value;
        }
    }

    private Captured captured(List<Statement> statements, Expression filters, Scope scope) {
        Symbols symbols = scope.symbols().inner();
        int slot = symbols.parameter("what the body writes").index();
        Names.of(statements, symbols);
        if (filters != null) {
            Names.of(filters, symbols);
        }
        Code held = frame -> frame.slots[slot];
        return new Captured(
                steps(statements, scope.with(symbols)),
                Entrance.of(symbols, expressions),
                slot,
                filters == null ? held : expressions.blockFilters(filters, held, scope.with(symbols)),
                filters == null ? 1 : Names.count(filters),
                scope.escaping());
    }

    private Step with(Statement.With with, Scope scope) {
        Code[] values =
                with.values().stream().map(v -> expressions.compile(v, scope)).toArray(Code[]::new);
        Symbols symbols = scope.symbols().inner();
        with.targets().forEach(target -> Names.asParameters(target, symbols));
        Names.of(with.body(), symbols);
        Assignment[] targets = with.targets().stream()
                .map(t -> Assignment.of(t, symbols, expressions))
                .toArray(Assignment[]::new);
        Steps body = steps(with.body(), scope.with(symbols));
        Entrance entrance = Entrance.of(symbols, expressions);
        int cost = with.values().stream().mapToInt(Names::count).sum() + 1;
        return frame -> {
            begin(frame, with.line(), cost);
            entrance.enter(frame);
            for (int i = 0; i < targets.length; i++) {
                targets[i].assign(frame, values[i].value(frame));
            }
            Step.End end = body.run(frame);
            entrance.leave(frame);
            return end;
        };
    }

    private Macro.Shape macro(String name, Parameters parameters, List<Statement> body, Scope scope) {
        Symbols symbols = scope.symbols().innerFunction();
        int[] slots = parameters.names().stream()
                .mapToInt(p -> symbols.parameter(p).index())
                .toArray();
        parameters.defaults().forEach(value -> Names.of(value, symbols));
        int caller = special("caller", parameters, body, symbols);
        int kwargs = special("kwargs", parameters, body, symbols);
        int varargs = special("varargs", parameters, body, symbols);
        Names.of(body, symbols);
        Scope inner = scope.with(symbols);
        List<Step> steps = new ArrayList<>();
        Entrance entrance = Entrance.of(symbols, expressions);
        steps.add(frame -> {
            entrance.enter(frame);
            return Step.End.DONE;
        });
        int withoutDefault = slots.length - parameters.defaults().size();
        for (int i = 0; i < slots.length; i++) {
            Undefined missing =
                    Undefined.missing("the parameter '" + parameters.names().get(i) + "', not given,");
            Code value = i < withoutDefault
                    ? frame -> missing
                    : expressions.compile(parameters.defaults().get(i - withoutDefault), inner);
            int slot = slots[i];
            steps.add(frame -> {
                if (frame.slots[slot] == Frame.MISSING) {
                    frame.slots[slot] = value.value(frame);
                }
                return Step.End.DONE;
            });
        }
        body.forEach(statement -> steps.add(step(statement, inner)));
        return new Macro.Shape(
                name,
                parameters.names(),
                slots,
                caller,
                kwargs,
                varargs,
                parameters.names().contains("caller"),
                symbols.function(),
                Names.depth(body),
                scope.escaping(),
                new Steps(steps.toArray(Step[]::new), false));
    }

    /** Returns the slot of a name that every macro has, if the body uses the name. */
    private static int special(String name, Parameters parameters, List<Statement> body, Symbols symbols) {
        return !parameters.names().contains(name) && Names.mention(body, name)
                ? symbols.parameter(name).index()
                : -1;
    }

    private Step templateBlock(Statement.Block block, Scope scope) {
        if (block.scoped() || scope.symbols() != template) {
            return frame -> {
                begin(frame, block.line(), 1);
                throw new TemplateException(
                        "The chat template has a block inside of another scope, which is not supported here.");
            };
        }
        Symbols symbols = template.block();
        Names.of(block.body(), symbols);
        Steps body = steps(block.body(), scope.with(symbols));
        Entrance entrance = Entrance.of(symbols, expressions);
        Symbols.Function function = symbols.function();
        return frame -> {
            begin(frame, block.line(), 1);
            Frame inner = new Frame(frame.run, function.size(), frame);
            entrance.enter(inner);
            return body.run(inner);
        };
    }

    private Step autoescape(Statement.Autoescape autoescape, Scope scope) {
        if (!(autoescape.enabled() instanceof Expression.Literal literal && literal.value() instanceof Boolean on)) {
            return frame -> {
                begin(frame, autoescape.line(), 1);
                throw new TemplateException(
                        "The chat template uses 'autoescape' with a value that is neither true nor false, which is not"
                                + " supported here.");
            };
        }
        Symbols symbols = scope.symbols().inner();
        Names.of(autoescape.body(), symbols);
        Steps body = steps(autoescape.body(), new Scope(symbols, on, false));
        Entrance entrance = Entrance.of(symbols, expressions);
        return frame -> {
            begin(frame, autoescape.line(), 1);
            entrance.enter(frame);
            Step.End end = body.run(frame);
            entrance.leave(frame);
            return end;
        };
    }
}
