package io.attune.text.template;

import io.attune.text.template.Token.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes statements of tokens, with Jinja's grammar and precedence:
 *
 * <pre>
 * a if b else c  <  or  <  and  <  not  <  == != < > <= >= in  <  + -  <  ~  <  * / // %  <  unary + -  <  . [] ()  <
 * | is </pre>
 *
 * Tags, filters, tests, methods and functions that are not built end the compilation.
 */
final class Parser {

    private static final int MAX_DEPTH = 100;

    /** Names of Jinja that are not built, or built as functions only: neither read nor set. */
    private static final Set<String> RESERVED = Set.of(
            "range",
            "dict",
            "lipsum",
            "cycler",
            "joiner",
            "namespace",
            "raise_exception",
            "strftime_now",
            "self",
            "super",
            "caller",
            "varargs",
            "kwargs");

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", ">", "<=", ">=");

    private final List<Token> tokens;
    private int position;
    private int depth;
    private int loops;

    private Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static List<Statement> parse(String source) {
        Parser parser = new Parser(Lexer.tokens(source));
        return parser.body();
    }

    // statements

    /**
     * Statements up to one of the tags {@code ends}, whose name is then the current token; without any, up to the end.
     */
    private List<Statement> body(String... ends) {
        enter();
        List<Statement> statements = new ArrayList<>();
        while (true) {
            Token token = next();
            switch (token.kind()) {
                case DATA -> statements.add(new Statement.Data(token.text()));
                case PRINT_BEGIN -> {
                    statements.add(new Statement.Print(tuple(true)));
                    expect(Kind.PRINT_END);
                }
                case BLOCK_BEGIN -> {
                    if (Arrays.stream(ends).anyMatch(current()::isName)) {
                        leave();
                        return statements;
                    }
                    statements.add(statement());
                    expect(Kind.BLOCK_END);
                }
                case END -> {
                    if (ends.length > 0) {
                        throw invalid(token, "the tag " + String.join(" or ", ends) + " is missing");
                    }
                    leave();
                    return statements;
                }
                default -> throw invalid(token, token.described() + " is not expected");
            }
        }
    }

    private Statement statement() {
        Token name = expect(Kind.NAME);
        return switch (name.text()) {
            case "if" -> ifStatement();
            case "for" -> forStatement();
            case "set" -> setStatement();
            case "generation" -> generation();
            case "break" -> inLoop(name, new Statement.Break());
            case "continue" -> inLoop(name, new Statement.Continue());
            default -> throw new UnsupportedTemplateException("the tag '" + name.text() + "'", name.line());
        };
    }

    private Statement ifStatement() {
        List<Expression> tests = new ArrayList<>();
        List<List<Statement>> bodies = new ArrayList<>();
        List<Statement> otherwise = List.of();
        String tag;
        do {
            tests.add(tuple(false));
            bodies.add(blockBody("elif", "else", "endif"));
            tag = next().text();
        } while (tag.equals("elif"));
        if (tag.equals("else")) {
            otherwise = blockBody("endif");
            next();
        }
        return new Statement.If(tests, bodies, otherwise);
    }

    private Statement forStatement() {
        Targets targets = targets();
        if (!skipName("in")) {
            throw invalid(current(), "'in' is missing");
        }
        Expression items = tuple(false);
        Expression condition = skipName("if") ? expression() : null;
        if (current().isName("recursive")) {
            throw new UnsupportedTemplateException("a recursive loop", current().line());
        }
        loops++;
        List<Statement> body = blockBody("endfor", "else");
        loops--;
        List<Statement> otherwise = List.of();
        if (next().text().equals("else")) {
            otherwise = blockBody("endfor");
            next();
        }
        return new Statement.For(targets.names(), targets.unpacks(), items, condition, body, otherwise);
    }

    private Statement setStatement() {
        Token name = current();
        if (name.kind() == Kind.NAME && peek(1).isOperator(".")) {
            next();
            next();
            Token attribute = expect(Kind.NAME);
            if (!skipOperator("=")) {
                throw new UnsupportedTemplateException("a block that sets an attribute", attribute.line());
            }
            return new Statement.SetAttribute(assignable(name), attribute.text(), tuple(true));
        }
        Targets targets = targets();
        if (skipOperator("=")) {
            return new Statement.Set(targets.names(), targets.unpacks(), tuple(true));
        }
        if (current().kind() != Kind.BLOCK_END || targets.unpacks()) {
            throw new UnsupportedTemplateException("a block set with filters or several names", name.line());
        }
        Statement set = new Statement.SetBlock(targets.names().get(0), outsideLoops("endset"));
        next();
        return set;
    }

    private Statement generation() {
        Statement generation = new Statement.Generation(outsideLoops("endgeneration"));
        next();
        return generation;
    }

    /** A body that a loop around it cannot be left from. */
    private List<Statement> outsideLoops(String end) {
        int around = loops;
        loops = 0;
        List<Statement> body = blockBody(end);
        loops = around;
        return body;
    }

    private Statement inLoop(Token name, Statement statement) {
        if (loops == 0) {
            throw invalid(name, "'" + name.text() + "' stands outside of a loop");
        }
        return statement;
    }

    private List<Statement> blockBody(String... ends) {
        skipOperator(":");
        expect(Kind.BLOCK_END);
        return body(ends);
    }

    private record Targets(List<String> names, boolean unpacks) {}

    /** {@code a} or {@code a, b}, also in parentheses. */
    private Targets targets() {
        boolean parentheses = skipOperator("(");
        List<String> names = new ArrayList<>();
        boolean unpacks = false;
        do {
            if (!names.isEmpty() && current().kind() != Kind.NAME) {
                break;
            }
            names.add(assignable(expect(Kind.NAME)));
            unpacks |= current().isOperator(",");
        } while (!current().isName("in") && skipOperator(","));
        if (parentheses && !skipOperator(")")) {
            throw invalid(current(), "')' is missing");
        }
        return new Targets(names, unpacks);
    }

    private static String assignable(Token name) {
        if (RESERVED.contains(name.text()) || name.isName("loop")) {
            throw new UnsupportedTemplateException("'" + name.text() + "' as a variable", name.line());
        }
        if (isConstant(name.text())) {
            throw invalid(name, "'" + name.text() + "' cannot be set");
        }
        return name.text();
    }

    // expressions

    /** One expression, or several with commas as a tuple. */
    private Expression tuple(boolean withConditional) {
        int line = current().line();
        List<Expression> items = new ArrayList<>();
        boolean commas = false;
        while (!isTupleEnd()) {
            items.add(withConditional ? expression() : or());
            if (!skipOperator(",")) {
                break;
            }
            commas = true;
        }
        if (items.isEmpty()) {
            throw invalid(
                    current(), "an expression is missing before " + current().described());
        }
        return commas ? new Expression.TupleDisplay(items, line) : items.get(0);
    }

    private boolean isTupleEnd() {
        Token token = current();
        return token.kind() == Kind.PRINT_END || token.kind() == Kind.BLOCK_END || token.isOperator(")");
    }

    private Expression expression() {
        enter();
        int line = current().line();
        Expression value = or();
        while (skipName("if")) {
            Expression test = or();
            value = new Expression.Conditional(test, value, skipName("else") ? expression() : null, line);
        }
        leave();
        return value;
    }

    private Expression or() {
        Expression left = and();
        while (current().isName("or")) {
            int line = next().line();
            left = new Expression.Or(left, and(), line);
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (current().isName("and")) {
            int line = next().line();
            left = new Expression.And(left, not(), line);
        }
        return left;
    }

    private Expression not() {
        if (!current().isName("not")) {
            return comparison();
        }
        enter();
        int line = next().line();
        Expression operand = not();
        leave();
        return new Expression.Not(operand, line);
    }

    private Expression comparison() {
        int line = current().line();
        Expression first = sum();
        List<String> operators = new ArrayList<>();
        List<Expression> operands = new ArrayList<>();
        while (true) {
            if (current().kind() == Kind.OPERATOR
                    && COMPARISONS.contains(current().text())) {
                operators.add(next().text());
            } else if (skipName("in")) {
                operators.add("in");
            } else if (current().isName("not") && peek(1).isName("in")) {
                next();
                next();
                operators.add("not in");
            } else {
                return operators.isEmpty() ? first : new Expression.Comparison(first, operators, operands, line);
            }
            operands.add(sum());
        }
    }

    private Expression sum() {
        Expression left = concatenation();
        while (current().isOperator("+") || current().isOperator("-")) {
            Token operator = next();
            left = new Expression.Arithmetic(operator.text(), left, concatenation(), operator.line());
        }
        return left;
    }

    private Expression concatenation() {
        int line = current().line();
        List<Expression> parts = new ArrayList<>(List.of(product()));
        while (skipOperator("~")) {
            parts.add(product());
        }
        return parts.size() == 1 ? parts.get(0) : new Expression.Concatenation(parts, line);
    }

    private Expression product() {
        Expression left = unary(true);
        while (current().kind() == Kind.OPERATOR
                && Set.of("*", "/", "//", "%").contains(current().text())) {
            Token operator = next();
            left = new Expression.Arithmetic(operator.text(), left, unary(true), operator.line());
        }
        if (current().isOperator("**")) {
            throw new UnsupportedTemplateException("the operator **", current().line());
        }
        return left;
    }

    private Expression unary(boolean withFilters) {
        Token token = current();
        Expression value;
        if (token.isOperator("-") || token.isOperator("+")) {
            enter();
            next();
            value = new Expression.Sign(token.text().equals("-"), unary(false), token.line());
            leave();
        } else {
            value = primary();
        }
        value = postfix(value);
        return withFilters ? filters(value) : value;
    }

    private Expression primary() {
        Token token = next();
        switch (token.kind()) {
            case NAME -> {
                return name(token);
            }
            case STRING -> {
                StringBuilder text = new StringBuilder(token.text());
                while (current().kind() == Kind.STRING) {
                    text.append(next().text());
                }
                return new Expression.Literal(text.toString(), token.line());
            }
            case INTEGER -> {
                return new Expression.Literal(integer(token), token.line());
            }
            case FLOAT -> {
                double value = Double.parseDouble(token.text().replace("_", ""));
                if (Double.isInfinite(value)) {
                    throw new UnsupportedTemplateException("the number " + token.text(), token.line());
                }
                return new Expression.Literal(value, token.line());
            }
            case OPERATOR -> {
                switch (token.text()) {
                    case "(" -> {
                        return parentheses(token);
                    }
                    case "[" -> {
                        return new Expression.ListDisplay(list(), token.line());
                    }
                    case "{" -> {
                        return dict(token);
                    }
                    default -> {}
                }
            }
            default -> {}
        }
        throw invalid(token, token.described() + " is not expected");
    }

    private Expression name(Token token) {
        return switch (token.text()) {
            case "true", "True" -> new Expression.Literal(true, token.line());
            case "false", "False" -> new Expression.Literal(false, token.line());
            case "none", "None" -> new Expression.Literal(null, token.line());
            default -> current().isOperator("(") ? function(token) : variable(token);
        };
    }

    private static boolean isConstant(String name) {
        return Set.of("true", "True", "false", "False", "none", "None").contains(name);
    }

    private static Expression variable(Token token) {
        if (RESERVED.contains(token.text())) {
            throw new UnsupportedTemplateException("'" + token.text() + "'", token.line());
        }
        return new Expression.Name(token.text(), token.line());
    }

    private static BigInteger integer(Token token) {
        String digits = token.text().replace("_", "");
        int radix = digits.length() < 2
                ? 10
                : switch (Character.toLowerCase(digits.charAt(1))) {
                    case 'b' -> 2;
                    case 'o' -> 8;
                    case 'x' -> 16;
                    default -> 10;
                };
        if (digits.length() > 1000) {
            throw new UnsupportedTemplateException("an integer of more than 1000 digits", token.line());
        }
        return new BigInteger(radix == 10 ? digits : digits.substring(2), radix);
    }

    private Expression parentheses(Token open) {
        Expression inner =
                current().isOperator(")") ? new Expression.TupleDisplay(List.of(), open.line()) : tuple(true);
        expectOperator(")");
        return inner;
    }

    private List<Expression> list() {
        List<Expression> items = new ArrayList<>();
        while (!skipOperator("]")) {
            if (!items.isEmpty()) {
                expectOperator(",");
                if (skipOperator("]")) {
                    break;
                }
            }
            items.add(expression());
        }
        return items;
    }

    private Expression dict(Token open) {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!skipOperator("}")) {
            if (!keys.isEmpty()) {
                expectOperator(",");
                if (skipOperator("}")) {
                    break;
                }
            }
            keys.add(expression());
            expectOperator(":");
            values.add(expression());
        }
        return new Expression.DictDisplay(keys, values, open.line());
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            Token token = current();
            if (skipOperator(".")) {
                value = attribute(value);
            } else if (skipOperator("[")) {
                value = subscript(value, token.line());
            } else if (token.isOperator("(")) {
                throw new UnsupportedTemplateException("a call of what is no known function", token.line());
            } else {
                return value;
            }
        }
    }

    private Expression attribute(Expression object) {
        Token name = next();
        if (name.kind() == Kind.INTEGER) {
            return new Expression.Item(object, new Expression.Literal(integer(name), name.line()), name.line());
        }
        if (name.kind() != Kind.NAME) {
            throw invalid(name, "a name is missing after '.'");
        }
        if (!current().isOperator("(")) {
            return new Expression.Attribute(object, name.text(), name.line());
        }
        Method method = find(Method.named(name.text()), "the method '" + name.text() + "'", name);
        return new Expression.MethodCall(object, method, arguments(method.signature(), name), name.line());
    }

    private Expression subscript(Expression object, int line) {
        Expression start = current().isOperator(":") ? null : expression();
        if (start != null && skipOperator("]")) {
            return new Expression.Item(object, start, line);
        }
        if (!skipOperator(":")) {
            throw invalid(current(), "']' is missing");
        }
        Expression stop = current().isOperator(":") || current().isOperator("]") ? null : expression();
        Expression step = skipOperator(":") && !current().isOperator("]") ? expression() : null;
        expectOperator("]");
        return new Expression.Slice(object, start, stop, step, line);
    }

    private Expression filters(Expression start) {
        Expression value = start;
        while (true) {
            Token token = current();
            if (skipOperator("|")) {
                Token name = expect(Kind.NAME);
                Filter filter = find(Filter.named(name.text()), "the filter '" + name.text() + "'", name);
                value = new Expression.Filtered(value, filter, arguments(filter.signature(), name), name.line());
            } else if (skipName("is")) {
                value = test(value);
            } else if (token.isOperator("(")) {
                throw new UnsupportedTemplateException("a call of what is no known function", token.line());
            } else {
                return value;
            }
        }
    }

    private Expression test(Expression value) {
        boolean negated = skipName("not");
        Token name = expect(Kind.NAME);
        Test test = find(Test.named(name.text()), "the test '" + name.text() + "'", name);
        List<Expression> arguments;
        if (startsTestArgument(current())) {
            arguments = bind(test.signature(), List.of(postfix(primary())), List.of(), List.of(), name);
        } else {
            arguments = arguments(test.signature(), name);
        }
        Expression tested = new Expression.Tested(value, test, arguments, name.line());
        return negated ? new Expression.Not(tested, name.line()) : tested;
    }

    private static boolean startsTestArgument(Token token) {
        return switch (token.kind()) {
            case NAME -> !Set.of("else", "or", "and").contains(token.text());
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            default -> false;
        };
    }

    // calls

    private Expression function(Token name) {
        expectOperator("(");
        Call call = call();
        switch (name.text()) {
            case "raise_exception" -> {
                List<Expression> message =
                        bind(Signature.of(1, "message"), call.positional(), call.names(), call.named(), name);
                return new Expression.Raise(message.get(0), name.line());
            }
            case "range" -> {
                bind(Signature.of(1, "", "", ""), call.positional(), call.names(), call.named(), name);
                return new Expression.Range(call.positional(), name.line());
            }
            case "namespace" -> {
                if (!call.positional().isEmpty()) {
                    throw new UnsupportedTemplateException("a namespace made of an object", name.line());
                }
                return new Expression.NewNamespace(call.names(), call.named(), name.line());
            }
            default -> throw new UnsupportedTemplateException("the function '" + name.text() + "'", name.line());
        }
    }

    private record Call(List<Expression> positional, List<String> names, List<Expression> named) {}

    /** Arguments after the open parenthesis, up to and with the closing one. */
    private Call call() {
        Call call = new Call(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        boolean first = true;
        while (!skipOperator(")")) {
            if (!first) {
                expectOperator(",");
                if (skipOperator(")")) {
                    break;
                }
            }
            first = false;
            if (current().isOperator("*") || current().isOperator("**")) {
                throw new UnsupportedTemplateException(
                        "arguments from a list or object", current().line());
            }
            if (current().kind() == Kind.NAME && peek(1).isOperator("=")) {
                Token name = next();
                next();
                if (call.names().contains(name.text())) {
                    throw invalid(name, "the argument '" + name.text() + "' is given twice");
                }
                call.names().add(name.text());
                call.named().add(expression());
            } else if (call.names().isEmpty()) {
                call.positional().add(expression());
            } else {
                throw invalid(current(), "an argument without a name follows one with a name");
            }
        }
        return call;
    }

    /** The arguments of a call, if one follows, in the order of the parameters; null where one is not given. */
    private List<Expression> arguments(Signature signature, Token name) {
        Call call = skipOperator("(") ? call() : new Call(List.of(), List.of(), List.of());
        return bind(signature, call.positional(), call.names(), call.named(), name);
    }

    private static List<Expression> bind(
            Signature signature, List<Expression> positional, List<String> names, List<Expression> named, Token owner) {
        int parameters = signature.parameters().size();
        if (positional.size() > parameters) {
            throw new UnsupportedTemplateException(
                    "'" + owner.text() + "' with " + positional.size() + " arguments", owner.line());
        }
        Expression[] bound = positional.toArray(new Expression[parameters]);
        for (int i = 0; i < names.size(); i++) {
            int parameter = signature.parameters().indexOf(names.get(i));
            if (parameter < 0) {
                throw new UnsupportedTemplateException(
                        "'" + owner.text() + "' with the argument '" + names.get(i) + "'", owner.line());
            }
            if (bound[parameter] != null) {
                throw invalid(owner, "the argument '" + names.get(i) + "' of '" + owner.text() + "' is given twice");
            }
            bound[parameter] = named.get(i);
        }
        for (int i = 0; i < signature.required(); i++) {
            if (bound[i] == null) {
                throw invalid(owner, "'" + owner.text() + "' lacks an argument");
            }
        }
        return Arrays.asList(bound);
    }

    private static <T> T find(Optional<T> found, String what, Token name) {
        return found.orElseThrow(() -> new UnsupportedTemplateException(what, name.line()));
    }

    // tokens

    private Token current() {
        return tokens.get(position);
    }

    private Token peek(int ahead) {
        return tokens.get(Math.min(position + ahead, tokens.size() - 1));
    }

    private Token next() {
        Token token = current();
        position = Math.min(position + 1, tokens.size() - 1);
        return token;
    }

    private boolean skipName(String name) {
        boolean found = current().isName(name);
        if (found) {
            next();
        }
        return found;
    }

    private boolean skipOperator(String operator) {
        boolean found = current().isOperator(operator);
        if (found) {
            next();
        }
        return found;
    }

    private Token expect(Kind kind) {
        Token token = next();
        if (token.kind() != kind) {
            throw invalid(token, token.described() + " is not expected");
        }
        return token;
    }

    private void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw invalid(
                    current(),
                    "'" + operator + "' is expected rather than " + current().described());
        }
    }

    private void enter() {
        if (++depth > MAX_DEPTH) {
            throw new TemplateException("The chat template nests deeper than " + MAX_DEPTH + " levels (line "
                    + current().line() + ").");
        }
    }

    private void leave() {
        depth--;
    }

    private static TemplateException invalid(Token token, String problem) {
        return new TemplateException("The chat template is not valid (line " + token.line() + "): " + problem + ".");
    }
}
