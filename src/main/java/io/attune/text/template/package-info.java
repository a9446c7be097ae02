/**
 * Renders Jinja2 templates with the settings of Hugging Face transformers for chat templates: the immutable
 * sandbox, {@code trim_blocks} and {@code lstrip_blocks}, loop controls, {@code generation}, {@code tojson},
 * {@code raise_exception} and {@code strftime_now}. {@link io.attune.text.template.Template}, the entry, compiles a
 * source and renders it.
 *
 * <pre>
 * source -> Lexer -> StatementParser, ExpressionParser -> Statement, Expression       (the syntax tree)
 *        -> StatementCompiler, ExpressionCompiler, with Symbols for names -> Program  (Steps of Step, Code)
 *        -> Run, under a Budget                                                       (one rendering)
 * Conversation: a Run that goes back to a mark of its History and resumes there       (many renderings)
 * </pre>
 *
 * {@link io.attune.text.template.Values} lists the Java types of Python's values.
 * {@link io.attune.text.template.Arithmetic}, {@link io.attune.text.template.Comparison},
 * {@link io.attune.text.template.Items}, {@link io.attune.text.template.Attributes} and
 * {@link io.attune.text.template.Printing} define the operations on them. {@link io.attune.text.template.Filter},
 * {@link io.attune.text.template.Test}, {@link io.attune.text.template.Method} and
 * {@link io.attune.text.template.Function} are the tables of names. An operation that is unknown here, or not
 * certain to give exactly Python's result, fails at run time. No result is an approximation.
 */
package io.attune.text.template;
