package io.attune.text.template;

import io.attune.text.template.Statement.Parameters;
import io.attune.text.template.Statement.Target;
import io.attune.text.template.Token.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Parses tokens into statements. */
final class StatementParser {

    private static final Set<String> CONSTANTS = Set.of("true", "True", "false", "False", "none", "None");

    private final Tokens tokens;
    private final ExpressionParser expressions;
    private final Set<String> blocks = new HashSet<>();
    /** Number of surrounding loops that {@code break} can leave. */
    private int loops;

    private StatementParser(Tokens tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    static List<Statement> parse(String source) {
        return new StatementParser(new Tokens(Lexer.tokens(source))).body();
    }

    /**
     * Parses statements up to one of the tags {@code ends}, whose name is then the current token; without tags, up
     * to the end.
     */
    private List<Statement> body(String... ends) {
        int depth = tokens.depth();
        tokens.enter();
        List<Statement> statements = new ArrayList<>();
        while (true) {
            Token token = tokens.next();
            switch (token.kind()) {
                case DATA -> statements.add(new Statement.Data(token.text()));
                case PRINT_BEGIN -> {
                    statements.add(new Statement.Print(List.of(expressions.tuple(true)), token.line()));
                    tokens.expect(Kind.PRINT_END);
                }
                case BLOCK_BEGIN -> {
                    if (Arrays.stream(ends).anyMatch(tokens.current()::isName)) {
                        tokens.leaveTo(depth);
                        return statements;
                    }
                    statements.add(statement());
                    tokens.expect(Kind.BLOCK_END);
                }
                case END -> {
                    if (ends.length > 0) {
                        throw Tokens.invalid(token, "the tag " + String.join(" or ", ends) + " is missing");
                    }
                    tokens.leaveTo(depth);
                    return statements;
                }
                default -> throw Tokens.invalid(token, token.described() + " is not expected");
            }
        }
    }

    private Statement statement() {
        Token name = tokens.expect(Kind.NAME);
        return switch (name.text()) {
            case "if" -> ifStatement(name.line());
            case "for" -> forStatement(name.line());
            case "set" -> setStatement(name.line());
            case "with" -> with(name.line());
            case "macro" -> macro(name.line());
            case "call" -> callBlock(name.line());
            case "filter" -> new Statement.FilterBlock(expressions.blockFilters(), bodyOf("filter"), name.line());
            case "generation" -> new Statement.Generation(functionBody("generation"));
            case "block" -> block(name.line());
            case "autoescape" -> new Statement.Autoescape(expressions.expression(), bodyOf("autoescape"), name.line());
            case "print" -> print(name.line());
            case "include" -> include(name.line());
            case "import" -> importStatement(name.line());
            case "from" -> fromImport(name.line());
            case "extends" -> {
                expressions.expression();
                yield new Statement.Unavailable("extends", name.line());
            }
            case "break" -> inLoop(name, new Statement.Break());
            case "continue" -> inLoop(name, new Statement.Continue());
            default -> throw Tokens.invalid(name, "the tag '" + name.text() + "' is not known");
        };
    }

    private Statement ifStatement(int line) {
        List<Expression> tests = new ArrayList<>();
        List<List<Statement>> bodies = new ArrayList<>();
        List<Statement> otherwise = List.of();
        String tag;
        do {
            tests.add(expressions.tuple(false));
            bodies.add(bodyUpTo("elif", "else", "endif"));
            tag = tokens.next().text();
        } while (tag.equals("elif"));
        if (tag.equals("else")) {
            otherwise = bodyUpTo("endif");
            tokens.next();
        }
        return new Statement.If(tests, bodies, otherwise, line);
    }

    private Statement forStatement(int line) {
        Target target = targets(false);
        tokens.expectName("in");
        Expression items = expressions.loopItems();
        Expression condition = tokens.skipName("if") ? expressions.expression() : null;
        boolean recursive = tokens.skipName("recursive");
        int around = loops;
        loops = recursive ? 1 : loops + 1;
        List<Statement> body = bodyUpTo("endfor", "else");
        loops = recursive ? 0 : around;
        List<Statement> otherwise = List.of();
        if (tokens.next().text().equals("else")) {
            otherwise = bodyUpTo("endfor");
            tokens.next();
        }
        loops = around;
        return new Statement.For(target, items, condition, recursive, body, otherwise, line);
    }

    private Statement setStatement(int line) {
        Target target = targets(true);
        if (tokens.skipOperator("=")) {
            return new Statement.Set(target, expressions.tuple(true), line);
        }
        Expression filters = tokens.skipOperator("|") ? expressions.blockFilters() : null;
        return new Statement.SetBlock(target, filters, bodyOf("set"), line);
    }

    private Statement with(int line) {
        List<Target> targets = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (tokens.current().kind() != Kind.BLOCK_END) {
            if (!targets.isEmpty()) {
                tokens.expectOperator(",");
            }
            targets.add(targets(false));
            tokens.expectOperator("=");
            values.add(expressions.expression());
        }
        return new Statement.With(targets, values, bodyOf("with"), line);
    }

    private Statement macro(int line) {
        String name = assignable(tokens.expect(Kind.NAME));
        return new Statement.Macro(name, parameters(), functionBody("macro"), line);
    }

    private Statement callBlock(int line) {
        Parameters parameters = tokens.current().isOperator("(") ? parameters() : Parameters.NONE;
        if (!(expressions.expression() instanceof Expression.Called call)) {
            throw tokens.invalid("'call' needs a call");
        }
        return new Statement.CallBlock(call, parameters, functionBody("call"), line);
    }

    private Statement block(int line) {
        String name = tokens.expect(Kind.NAME).text();
        if (!blocks.add(name)) {
            throw tokens.invalid("the block '" + name + "' is defined twice");
        }
        boolean scoped = tokens.skipName("scoped");
        tokens.skipName("required");
        Statement block = new Statement.Block(name, scoped, functionBody("block"), line);
        tokens.skipName(name);
        return block;
    }

    private Statement print(int line) {
        List<Expression> values = new ArrayList<>();
        while (tokens.current().kind() != Kind.BLOCK_END) {
            if (!values.isEmpty()) {
                tokens.expectOperator(",");
            }
            values.add(expressions.expression());
        }
        return new Statement.Print(values, line);
    }

    private Statement include(int line) {
        expressions.expression();
        if (tokens.skipName("ignore")) {
            tokens.expectName("missing");
        }
        withContext();
        return new Statement.Unavailable("include", line);
    }

    private Statement importStatement(int line) {
        expressions.expression();
        tokens.expectName("as");
        assignable(tokens.expect(Kind.NAME));
        withContext();
        return new Statement.Unavailable("import", line);
    }

    private Statement fromImport(int line) {
        expressions.expression();
        tokens.expectName("import");
        while (tokens.current().kind() == Kind.NAME && !withContext()) {
            assignable(tokens.expect(Kind.NAME));
            if (tokens.skipName("as")) {
                assignable(tokens.expect(Kind.NAME));
            }
            tokens.skipOperator(",");
        }
        return new Statement.Unavailable("import", line);
    }

    private boolean withContext() {
        boolean found = (tokens.current().isName("with") || tokens.current().isName("without"))
                && tokens.peek(1).isName("context");
        if (found) {
            tokens.next();
            tokens.next();
        }
        return found;
    }

    private Statement inLoop(Token name, Statement statement) {
        if (loops == 0) {
            throw Tokens.invalid(name, "'" + name.text() + "' stands outside of a loop");
        }
        return statement;
    }

    private List<Statement> bodyUpTo(String... ends) {
        tokens.skipOperator(":");
        tokens.expect(Kind.BLOCK_END);
        return body(ends);
    }

    /** Parses a body up to and including the name of its end tag. */
    private List<Statement> bodyOf(String tag) {
        List<Statement> body = bodyUpTo("end" + tag);
        tokens.next();
        return body;
    }

    /** Parses a body from which {@code break} cannot leave a surrounding loop. */
    private List<Statement> functionBody(String tag) {
        int around = loops;
        loops = 0;
        List<Statement> body = bodyOf(tag);
        loops = around;
        return body;
    }

    private Parameters parameters() {
        List<String> names = new ArrayList<>();
        List<Expression> defaults = new ArrayList<>();
        tokens.expectOperator("(");
        while (!tokens.skipOperator(")")) {
            if (!names.isEmpty()) {
                tokens.expectOperator(",");
            }
            String name = assignable(tokens.expect(Kind.NAME));
            if (names.contains(name)) {
                throw tokens.invalid("the parameter '" + name + "' occurs twice");
            }
            names.add(name);
            if (tokens.skipOperator("=")) {
                defaults.add(expressions.expression());
            } else if (!defaults.isEmpty()) {
                throw tokens.invalid("a parameter without a default follows one with a default");
            }
        }
        return new Parameters(names, defaults);
    }

    /** Parses {@code a} or {@code a, b}, possibly nested in parentheses. */
    private Target targets(boolean withNamespaces) {
        int depth = tokens.depth();
        tokens.enter();
        List<Target> parts = new ArrayList<>();
        boolean unpacks = false;
        do {
            if (!parts.isEmpty()
                    && tokens.current().kind() != Kind.NAME
                    && !tokens.current().isOperator("(")) {
                break;
            }
            parts.add(target(withNamespaces));
            unpacks |= tokens.current().isOperator(",");
        } while (!tokens.current().isName("in") && tokens.skipOperator(","));
        tokens.leaveTo(depth);
        return unpacks ? new Target.Unpacking(parts) : parts.get(0);
    }

    private Target target(boolean withNamespaces) {
        if (tokens.skipOperator("(")) {
            Target inner = targets(withNamespaces);
            tokens.expectOperator(")");
            return inner;
        }
        Token name = tokens.expect(Kind.NAME);
        if (withNamespaces && tokens.skipOperator(".")) {
            return new Target.Attribute(name.text(), tokens.expect(Kind.NAME).text());
        }
        return new Target.Name(assignable(name));
    }

    private static String assignable(Token name) {
        if (CONSTANTS.contains(name.text())) {
            throw Tokens.invalid(name, "'" + name.text() + "' cannot be set");
        }
        return name.text();
    }
}
