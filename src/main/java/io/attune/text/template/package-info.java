/**
 * Jinja2 as Hugging Face transformers sets it up for chat templates: the immutable sandbox, {@code trim_blocks} and
 * {@code lstrip_blocks}, loop controls, {@code generation}, {@code tojson}, {@code raise_exception} and {@code
 * strftime_now}.
 *
 * <pre>
 * source -> Lexer -> StatementParser, ExpressionParser -> Statement, Expression       (what stands there)
 *        -> StatementCompiler, ExpressionCompiler, with Symbols for names -> Program  (Steps of Step, Code)
 *        -> Run, under a Budget                                                       (one rendering)
 * Conversation: a Run that goes back to a Mark of its History and goes on from there  (many renderings)
 * </pre>
 *
 * {@link io.attune.text.template.Values} tells how Python's values look here; {@link
 * io.attune.text.template.Arithmetic}, {@link io.attune.text.template.Comparison}, {@link
 * io.attune.text.template.Items}, {@link io.attune.text.template.Attributes} and {@link
 * io.attune.text.template.Printing} tell what can be done with them. {@link io.attune.text.template.Filter}, {@link
 * io.attune.text.template.Test}, {@link io.attune.text.template.Method} and {@link io.attune.text.template.Function}
 * are the tables of names. What is not known here, or not known to be exactly as in Python, fails when it is reached;
 * nothing is approximated.
 */
package io.attune.text.template;
