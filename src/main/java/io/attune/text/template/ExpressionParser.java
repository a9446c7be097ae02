package io.attune.text.template;

import io.attune.text.template.Expression.Passed;
import io.attune.text.template.Token.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Parses tokens into expressions, with Jinja's grammar and precedence:
 *
 * <pre>
 * a if b else c  <  or  <  and  <  not  <  == != < > <= >= in  <  + -  <  ~  <  * / // %  <  **  <  unary + -
 * <  . [] ()  <  | is </pre>
 */
final class ExpressionParser {

    private static final int MAX_DIGITS = 1000;

    /** Levels of the stack that a nested expression takes. */
    private static final int EXPRESSION_DEPTH = 4;

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", ">", "<=", ">=");

    private final Tokens tokens;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Parses one expression, or several with commas as a tuple. */
    Expression tuple(boolean withConditional) {
        return tuple(withConditional, false, false);
    }

    /** Parses the items of a loop, up to {@code recursive}. */
    Expression loopItems() {
        return tuple(false, false, true);
    }

    private Expression tuple(boolean withConditional, boolean inParentheses, boolean inLoop) {
        List<Expression> items = new ArrayList<>();
        boolean commas = false;
        while (!isTupleEnd() && !(inLoop && tokens.current().isName("recursive"))) {
            items.add(withConditional ? expression() : or());
            if (!tokens.skipOperator(",")) {
                break;
            }
            commas = true;
        }
        if (items.isEmpty() && !inParentheses) {
            throw tokens.invalid(
                    "an expression is missing before " + tokens.current().described());
        }
        return commas || items.isEmpty() ? new Expression.TupleDisplay(items) : items.get(0);
    }

    private boolean isTupleEnd() {
        Token token = tokens.current();
        return token.kind() == Kind.PRINT_END || token.kind() == Kind.BLOCK_END || token.isOperator(")");
    }

    Expression expression() {
        int depth = tokens.depth();
        tokens.enter(EXPRESSION_DEPTH);
        Expression value = or();
        while (tokens.skipName("if")) {
            tokens.enter();
            Expression test = or();
            value = new Expression.Conditional(test, value, tokens.skipName("else") ? expression() : null);
        }
        tokens.leaveTo(depth);
        return value;
    }

    private Expression or() {
        int depth = tokens.depth();
        Expression left = and();
        while (tokens.skipName("or")) {
            tokens.enter();
            left = new Expression.Or(left, and());
        }
        tokens.leaveTo(depth);
        return left;
    }

    private Expression and() {
        int depth = tokens.depth();
        Expression left = not();
        while (tokens.skipName("and")) {
            tokens.enter();
            left = new Expression.And(left, not());
        }
        tokens.leaveTo(depth);
        return left;
    }

    private Expression not() {
        if (!tokens.skipName("not")) {
            return comparison();
        }
        int depth = tokens.depth();
        tokens.enter();
        Expression operand = not();
        tokens.leaveTo(depth);
        return new Expression.Not(operand);
    }

    private Expression comparison() {
        Expression first = sum();
        List<String> operators = new ArrayList<>();
        List<Expression> operands = new ArrayList<>();
        while (true) {
            Token token = tokens.current();
            if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
                operators.add(tokens.next().text());
            } else if (tokens.skipName("in")) {
                operators.add("in");
            } else if (token.isName("not") && tokens.peek(1).isName("in")) {
                tokens.next();
                tokens.next();
                operators.add("not in");
            } else {
                return operators.isEmpty() ? first : new Expression.Comparison(first, operators, operands);
            }
            operands.add(sum());
        }
    }

    private Expression sum() {
        int depth = tokens.depth();
        Expression left = concatenation();
        while (tokens.current().isOperator("+") || tokens.current().isOperator("-")) {
            tokens.enter();
            left = new Expression.Arithmetic(tokens.next().text(), left, concatenation());
        }
        tokens.leaveTo(depth);
        return left;
    }

    private Expression concatenation() {
        List<Expression> parts = new ArrayList<>(List.of(product()));
        while (tokens.skipOperator("~")) {
            parts.add(product());
        }
        return parts.size() == 1 ? parts.get(0) : new Expression.Concatenation(parts);
    }

    private Expression product() {
        int depth = tokens.depth();
        Expression left = power();
        while (tokens.current().kind() == Kind.OPERATOR
                && Set.of("*", "/", "//", "%").contains(tokens.current().text())) {
            tokens.enter();
            left = new Expression.Arithmetic(tokens.next().text(), left, power());
        }
        tokens.leaveTo(depth);
        return left;
    }

    private Expression power() {
        int depth = tokens.depth();
        Expression left = unary(true);
        while (tokens.skipOperator("**")) {
            tokens.enter();
            left = new Expression.Arithmetic("**", left, unary(true));
        }
        tokens.leaveTo(depth);
        return left;
    }

    private Expression unary(boolean withFilters) {
        Token token = tokens.current();
        int depth = tokens.depth();
        Expression value;
        if (token.isOperator("-") || token.isOperator("+")) {
            tokens.enter();
            tokens.next();
            value = new Expression.Sign(token.text().equals("-"), unary(false));
        } else {
            value = primary();
        }
        value = postfix(value);
        value = withFilters ? filters(value) : value;
        tokens.leaveTo(depth);
        return value;
    }

    private Expression primary() {
        Token token = tokens.next();
        switch (token.kind()) {
            case NAME -> {
                return name(token.text());
            }
            case STRING -> {
                StringBuilder text = new StringBuilder(token.text());
                while (tokens.current().kind() == Kind.STRING) {
                    text.append(tokens.next().text());
                }
                return new Expression.Literal(text.toString());
            }
            case INTEGER -> {
                return new Expression.Literal(integer(token));
            }
            case FLOAT -> {
                return new Expression.Literal(Double.parseDouble(token.text().replace("_", "")));
            }
            case OPERATOR -> {
                switch (token.text()) {
                    case "(" -> {
                        Expression inner = tuple(true, true, false);
                        tokens.expectOperator(")");
                        return inner;
                    }
                    case "[" -> {
                        return new Expression.ListDisplay(list());
                    }
                    case "{" -> {
                        return dict();
                    }
                    default -> {}
                }
            }
            default -> {}
        }
        throw Tokens.invalid(token, token.described() + " is not expected");
    }

    private static Expression name(String name) {
        return switch (name) {
            case "true", "True" -> new Expression.Literal(true);
            case "false", "False" -> new Expression.Literal(false);
            case "none", "None" -> new Expression.Literal(null);
            default -> new Expression.Name(name);
        };
    }

    private static Object integer(Token token) {
        String digits = token.text().replace("_", "");
        int radix = digits.length() < 2
                ? 10
                : switch (Character.toLowerCase(digits.charAt(1))) {
                    case 'b' -> 2;
                    case 'o' -> 8;
                    case 'x' -> 16;
                    default -> 10;
                };
        if (digits.length() > MAX_DIGITS) {
            throw Tokens.invalid(token, "an integer has more than " + MAX_DIGITS + " digits");
        }
        return Numbers.integer(new BigInteger(radix == 10 ? digits : digits.substring(2), radix));
    }

    private List<Expression> list() {
        List<Expression> items = new ArrayList<>();
        while (!tokens.skipOperator("]")) {
            if (!items.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.skipOperator("]")) {
                    break;
                }
            }
            items.add(expression());
        }
        return items;
    }

    private Expression dict() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.skipOperator("}")) {
            if (!keys.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.skipOperator("}")) {
                    break;
                }
            }
            keys.add(expression());
            tokens.expectOperator(":");
            values.add(expression());
        }
        return new Expression.DictDisplay(keys, values);
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            if (tokens.skipOperator(".")) {
                value = attribute(value);
            } else if (tokens.skipOperator("[")) {
                value = subscript(value);
            } else if (tokens.current().isOperator("(")) {
                value = new Expression.Called(value, passed());
            } else {
                return value;
            }
            tokens.enter();
        }
    }

    private Expression attribute(Expression object) {
        Token name = tokens.next();
        if (name.kind() == Kind.INTEGER) {
            return new Expression.Item(object, new Expression.Literal(integer(name)));
        }
        if (name.kind() != Kind.NAME) {
            throw Tokens.invalid(name, "a name is missing after '.'");
        }
        return new Expression.Attribute(object, name.text());
    }

    private Expression subscript(Expression object) {
        Expression start = tokens.current().isOperator(":") ? null : expression();
        if (start != null && tokens.skipOperator("]")) {
            return new Expression.Item(object, start);
        }
        tokens.expectOperator(":");
        Expression stop = tokens.current().isOperator(":") || tokens.current().isOperator("]") ? null : expression();
        Expression step = tokens.skipOperator(":") && !tokens.current().isOperator("]") ? expression() : null;
        tokens.expectOperator("]");
        return new Expression.Slice(object, start, stop, step);
    }

    private Expression filters(Expression start) {
        Expression value = start;
        while (true) {
            if (tokens.skipOperator("|")) {
                value = filter(value);
            } else if (tokens.skipName("is")) {
                value = test(value);
            } else if (tokens.current().isOperator("(")) {
                value = new Expression.Called(value, passed());
            } else {
                return value;
            }
            tokens.enter();
        }
    }

    /** Parses the filters of a block: {@code name(arguments)|name...} */
    Expression blockFilters() {
        int depth = tokens.depth();
        Expression value = filter(null);
        while (tokens.skipOperator("|")) {
            tokens.enter();
            value = filter(value);
        }
        tokens.leaveTo(depth);
        return value;
    }

    private Expression filter(Expression value) {
        return new Expression.Filtered(value, dottedName(), passedIfAny());
    }

    private String dottedName() {
        StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME).text());
        while (tokens.skipOperator(".")) {
            name.append('.').append(tokens.expect(Kind.NAME).text());
        }
        return name.toString();
    }

    private Expression test(Expression value) {
        boolean negated = tokens.skipName("not");
        String name = dottedName();
        Passed arguments;
        if (!tokens.current().isOperator("(") && startsTestArgument(tokens.current())) {
            arguments = new Passed(List.of(postfix(primary())), List.of(), List.of(), null, null);
        } else {
            arguments = passedIfAny();
        }
        Expression tested = new Expression.Tested(value, name, arguments);
        return negated ? new Expression.Not(tested) : tested;
    }

    private boolean startsTestArgument(Token token) {
        if (token.isName("is")) {
            throw tokens.invalid("tests cannot be chained with 'is'");
        }
        return switch (token.kind()) {
            case NAME -> !Set.of("else", "or", "and").contains(token.text());
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            default -> false;
        };
    }

    private Passed passedIfAny() {
        return tokens.current().isOperator("(") ? passed() : Passed.NOTHING;
    }

    /** Parses the arguments of a call, with the parentheses. */
    private Passed passed() {
        tokens.expectOperator("(");
        List<Expression> positional = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Expression> named = new ArrayList<>();
        Expression list = null;
        Expression dict = null;
        boolean first = true;
        while (!tokens.skipOperator(")")) {
            if (!first) {
                tokens.expectOperator(",");
                if (tokens.skipOperator(")")) {
                    break;
                }
            }
            first = false;
            if (tokens.current().isOperator("*") && list == null && dict == null) {
                tokens.next();
                list = expression();
            } else if (tokens.current().isOperator("**") && dict == null) {
                tokens.next();
                dict = expression();
            } else if (tokens.current().kind() == Kind.NAME && tokens.peek(1).isOperator("=") && dict == null) {
                Token name = tokens.next();
                tokens.next();
                if (names.contains(name.text())) {
                    throw Tokens.invalid(name, "the argument '" + name.text() + "' is given twice");
                }
                names.add(name.text());
                named.add(expression());
            } else if (names.isEmpty() && list == null && dict == null) {
                positional.add(expression());
            } else {
                throw tokens.invalid("an argument without a name follows one with a name");
            }
        }
        return new Passed(positional, names, named, list, dict);
    }
}
