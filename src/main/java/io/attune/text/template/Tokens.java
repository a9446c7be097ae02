package io.attune.text.template;

import io.attune.text.template.Token.Kind;
import java.util.List;

/** The remaining tokens of a template, and the nesting depth of the parsers. */
final class Tokens {

    /**
     * Maximum nested levels of the tree, including the links of a chain of operators. Keeps the stack of the thread
     * small.
     */
    static final int MAX_DEPTH = 200;

    private final List<Token> tokens;
    private int position;
    private int depth;

    Tokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(position);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(position + ahead, tokens.size() - 1));
    }

    Token next() {
        Token token = current();
        position = Math.min(position + 1, tokens.size() - 1);
        return token;
    }

    boolean skipName(String name) {
        boolean found = current().isName(name);
        if (found) {
            next();
        }
        return found;
    }

    boolean skipOperator(String operator) {
        boolean found = current().isOperator(operator);
        if (found) {
            next();
        }
        return found;
    }

    Token expect(Kind kind) {
        Token token = next();
        if (token.kind() != kind) {
            throw invalid(token, token.described() + " is not expected");
        }
        return token;
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw invalid(
                    "'" + operator + "' is expected rather than " + current().described());
        }
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw invalid("'" + name + "' is missing");
        }
    }

    int depth() {
        return depth;
    }

    void enter() {
        enter(1);
    }

    /** Goes deeper. The next part takes as much of the stack as {@code levels} levels. */
    void enter(int levels) {
        depth += levels;
        if (depth > MAX_DEPTH) {
            throw invalid("it nests too deep");
        }
    }

    /** Returns to a depth before {@link #enter}. */
    void leaveTo(int depth) {
        this.depth = depth;
    }

    TemplateException invalid(String problem) {
        return invalid(current(), problem);
    }

    static TemplateException invalid(Token token, String problem) {
        return new TemplateException("The chat template is not valid (line " + token.line() + "): " + problem + ".");
    }
}
